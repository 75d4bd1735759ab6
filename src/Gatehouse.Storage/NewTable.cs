namespace Gatehouse.Storage;

/// <summary>
/// A table as the schema makes it, in the words of SQLite. It has a column <c>key</c> (<see cref="RowKey"/>) and one <c>valid_until</c>.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Sql">The statements that make it and its indexes.</param>
internal sealed record NewTable(string Name, string Sql)
{
    /// <summary>The rooms in which its rows are counted: by default one of its own name.</summary>
    public IReadOnlyList<string> Rooms { get; init; } = [Name];

    /// <summary>The room of a row, as SQL behind which the columns come with this prefix.</summary>
    public Func<string, string> RoomOf { get; init; } = _ => $"'{Name}'";
}
