namespace Gatehouse.Storage.PostgreSql;

/// <summary>The step to a version of the schema from the one before.</summary>
/// <param name="Version">The version after the step, 1 or more.</param>
/// <param name="Sql">Its statements. They run in one transaction with the note of the new version.</param>
internal sealed record Migration(int Version, string Sql);
