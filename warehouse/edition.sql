-- What an edition holds besides its tables. Names stay unqualified: the file is opened under names we do not choose.

CREATE VIEW swedish_clusters AS
SELECT organisation_id, name, native_name, acronym, organisation_type, region_printed, nuts2, city, domain, is_gone
FROM clusters
WHERE is_swedish;
