namespace Gatehouse.Storage;

/// <summary>The step to a version of the schema from the one before.</summary>
/// <param name="Version">The version after the step, 1 or more.</param>
/// <param name="Tables">The tables that it makes.</param>
/// <param name="Sql">Its other statements. All run in one transaction with the note of the new version.</param>
internal sealed record Migration(int Version, IReadOnlyList<NewTable> Tables, string Sql = "");
