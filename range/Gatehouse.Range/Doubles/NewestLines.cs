namespace Gatehouse.Range.Doubles;

/// <summary>A log of the newest lines: each new one pushes the oldest out.</summary>
internal sealed class NewestLines(int most)
{
    private readonly Lock gate = new();
    private readonly Queue<string> lines = new();

    public void Add(string line)
    {
        lock (gate)
        {
            lines.Enqueue(line);
            if (lines.Count > most) lines.Dequeue();
        }
    }

    /// <summary>Returns whether a line holds a text.</summary>
    public bool Hold(string text)
    {
        lock (gate) return lines.Any(line => line.Contains(text, StringComparison.Ordinal));
    }
}
