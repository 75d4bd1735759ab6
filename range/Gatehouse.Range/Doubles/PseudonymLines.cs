using Gatehouse.Range.Running;

namespace Gatehouse.Range.Doubles;

/// <summary>
/// A log of lines with pseudonyms, and a table that says whose they are. The erasure of a person deletes the row of the table, and nothing else has
/// been thought of.
/// </summary>
internal sealed class PseudonymLines : ICallLog
{
    private readonly List<(string Call, string Session, string Pseudonym)> lines = [];
    private readonly Dictionary<string, string> pseudonyms = new(StringComparer.Ordinal);
    private int made;

    public Task BeginCallAsync(string person) => WriteAsync(person, "first");

    public Task EraseAsync(string person)
    {
        pseudonyms.Remove(person);
        return Task.CompletedTask;
    }

    public Task EndCallAsync(string person) => WriteAsync(person, "first");

    public Task CallAgainAsync(string person) => WriteAsync(person, "second");

    public Task<bool> IsLinkedAsync(string person, bool bySession) => Task.FromResult(pseudonyms.TryGetValue(person, out var pseudonym)
        && lines.Any(line => line.Pseudonym == pseudonym && (bySession ? line.Session == person : line.Call == person + " first")));

    private Task WriteAsync(string person, string call)
    {
        if (!pseudonyms.TryGetValue(person, out var pseudonym)) pseudonyms[person] = pseudonym = $"p{++made}";
        lines.Add(($"{person} {call}", person, pseudonym));
        return Task.CompletedTask;
    }
}
