"""A first look at the current edition: where the clusters are, what they do, how fresh it all is.

Open it with `marimo edit notebooks/start.py`, or run it as a script: `python notebooks/start.py --edition PATH`.
"""

import marimo

app = marimo.App(width="medium", app_title="clusterbridge: a first look")


@app.cell
def _():
    from html import escape
    from pathlib import Path

    import duckdb
    import marimo as mo

    return Path, duckdb, escape, mo


@app.cell
def _(Path, mo):
    def current_edition() -> Path:
        """The file to open: never the pointer itself, so that the next edition cannot come in between."""
        given = mo.cli_args().get("edition")
        pointers = (
            [Path(str(given))] if given else [Path("var/editions/current.duckdb"), Path("var/demo/editions/current.duckdb")]
        )
        for pointer in pointers:
            if pointer.exists():
                found = pointer.resolve()
                # Where the system makes no links, the pointer is a line of text that names the file beside it.
                is_text = found.name == "current.duckdb"
                return found.with_name(found.read_text(encoding="utf-8").strip()) if is_text else found
        raise FileNotFoundError(f"wanted an edition at {' or '.join(map(str, pointers))}; `make demo` makes one")

    path = current_edition()
    return (path,)


@app.cell
def _(duckdb, mo, path):
    con = duckdb.connect(str(path), read_only=True)
    number, published_at, organisations = con.execute(
        "SELECT number, published_at, (SELECT count(*) FROM clusters WHERE NOT is_gone) FROM edition"
    ).fetchall()[0]
    mo.md(f"# Edition {number}\n\nPublished {published_at:%Y-%m-%d %H:%M} UTC, with **{organisations} organisations**. `{path}`")
    return con, number, organisations


@app.cell
def _(con, escape, mo):
    places = con.execute(
        """
        SELECT
            c.name, coalesce(c.latitude, r.latitude) AS latitude, coalesce(c.longitude, r.longitude) AS longitude, c.is_swedish
        FROM clusters AS c
        LEFT JOIN regions AS r ON r.code = c.nuts2
        WHERE NOT c.is_gone AND coalesce(c.latitude, r.latitude) BETWEEN 34 AND 72
            AND coalesce(c.longitude, r.longitude) BETWEEN -25 AND 45
        ORDER BY c.is_swedish, c.name
        """
    ).fetchall()

    def dot(name: str, latitude: float, longitude: float, is_swedish: bool) -> str:
        # A degree of longitude is about .6 as long as one of latitude in the middle of Europe.
        x, y = (longitude + 25) * 10, (72 - latitude) * 16
        colour = "#b3261e" if is_swedish else "#31587a"
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}" fill-opacity=".6"><title>{escape(name)}</title></circle>'

    europe = f'<svg viewBox="0 0 700 610" width="100%" role="img">{"".join(dot(*place) for place in places)}</svg>'
    words = f"## Map\n\n{len(places)} in Europe of which a place or at least a region is known; Swedish ones red."
    mo.vstack([mo.md(words), mo.Html(europe)])
    return europe, places


@app.cell
def _(con, escape, mo):
    matrix = con.execute(
        """
        WITH commonest AS (
            SELECT c.country
            FROM clusters AS c
            WHERE c.country IS NOT NULL AND NOT c.is_gone AND len(c.sectors) > 0
            GROUP BY c.country
            ORDER BY count(*) DESC, c.country
            LIMIT 10
        )
        SELECT s.sector, c.country, count(*) AS clusters
        FROM sectors AS s
        JOIN clusters AS c ON c.organisation_id = s.organisation_id AND NOT c.is_gone
        JOIN commonest ON commonest.country = c.country
        GROUP BY s.sector, c.country
        """
    ).fetchall()
    counts = {(sector, country): clusters for sector, country, clusters in matrix}
    countries, sectors = sorted({row[1] for row in matrix}), sorted({row[0] for row in matrix})

    def cell(sector: str, country: str) -> str:
        clusters = counts.get((sector, country), 0)
        shade = min(1.0, clusters / 20)
        return f'<td style="background: rgba(49, 88, 122, {shade:.2f}); text-align: right">{clusters or ""}</td>'

    def line(sector: str) -> str:
        return f"<tr><th style='text-align: left'>{escape(sector)}</th>{''.join(cell(sector, one) for one in countries)}</tr>"

    heading = "".join(f"<th>{escape(country)}</th>" for country in countries)
    table = f"<table><tr><th></th>{heading}</tr>{''.join(map(line, sectors))}</table>"
    mo.vstack([mo.md("## Sectors by country\n\nThe ten countries with the most clusters that name sectors."), mo.Html(table)])
    return counts, table


@app.cell
def _(con, escape, mo):
    freshness = con.execute(
        """
        SELECT s.network, date_diff('day', s.checked_on, e.published_at::DATE) AS days, count(*) AS records
        FROM cluster_sources AS s
        CROSS JOIN edition AS e
        WHERE NOT s.is_gone
        GROUP BY s.network, days
        ORDER BY s.network, days
        """
    ).fetchall()
    most = max((row[2] for row in freshness), default=1)

    def bar(place: int, network: str, days: int, records: int) -> str:
        y = place * 26
        return (
            f'<text x="0" y="{y + 15}" font-size="13">{escape(network)}, {days} days ago</text>'
            f'<rect x="220" y="{y}" width="{380 * records / most:.1f}" height="20" fill="#31587a"/>'
            f'<text x="{226 + 380 * records / most:.1f}" y="{y + 15}" font-size="13">{records}</text>'
        )

    bars = "".join(bar(place, *row) for place, row in enumerate(freshness))
    fresh = f'<svg viewBox="0 0 680 {len(freshness) * 26 + 6}" width="100%" role="img">{bars}</svg>'
    mo.vstack([mo.md("## Freshness\n\nWhen the records were last checked, by network."), mo.Html(fresh)])
    return fresh, freshness


if __name__ == "__main__":
    app.run()
