namespace Gatehouse.Administration.Acts;

/// <summary>All acts by their names (design rule 12): one table for the socket, for HTTP, and for the pages about them.</summary>
internal static class ActTable
{
    /// <summary>All rows, in the order of the pages.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [.. ContainmentTable.Rows];

    /// <summary>Returns the row of a name where it is served in this way; null where there is none.</summary>
    public static ActRow? Find(string name, ActWays way) =>
        All.FirstOrDefault(row => row.Name == name && (row.Ways & way) == way);
}
