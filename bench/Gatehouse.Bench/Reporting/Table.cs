namespace Gatehouse.Bench.Reporting;

/// <summary>Rows of one finding.</summary>
internal sealed record Table(string Title, IReadOnlyList<string> Columns)
{
    public List<IReadOnlyList<string>> Rows { get; } = [];

    public List<string> Notes { get; } = [];

    public void Add(params string[] row) => Rows.Add(row);
}
