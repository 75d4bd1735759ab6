using System.Text;
using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Reading;
using Gatehouse.Text;

namespace Gatehouse.Onboarding;

/// <summary>The lines of a configuration as they may be shown: without the values of variables and headers, escaped for a terminal.</summary>
internal sealed class ShownLines
{
    private static readonly HashSet<string> Confidential =
        new(StringComparer.OrdinalIgnoreCase) { "env", "envs", "environment", "headers", "http_headers", "requestOptions" };

    private readonly byte[] file;
    private readonly List<int> starts = [0];
    private readonly List<ByteRange> hidden = [];
    private readonly HashSet<int> hiddenLines = [];

    public ShownLines(byte[] file, ConfigNode root)
    {
        this.file = file;
        for (var at = file.AsSpan().IndexOf((byte)'\n'); at >= 0;)
        {
            starts.Add(at + 1);
            var next = file.AsSpan(at + 1).IndexOf((byte)'\n');
            at = next < 0 ? -1 : at + 1 + next;
        }

        Hide(root);
        hidden.Sort((one, other) => one.Start.CompareTo(other.Start));
    }

    /// <summary>Number of lines. The text after the last line break counts when it is not empty.</summary>
    public int Count => starts[^1] == file.Length && starts.Count > 1 ? starts.Count - 1 : starts.Count;

    /// <summary>Returns a line, from 1.</summary>
    public string this[int line]
    {
        get
        {
            if (hiddenLines.Contains(line)) return "    ***";
            var (start, end) = Ends(line);
            var shown = new StringBuilder();
            foreach (var range in hidden.Where(range => range.Start < end && range.End > start))
            {
                if (range.Start > start) shown.Append(Encoding.UTF8.GetString(file.AsSpan(start..range.Start)));
                shown.Append("\"***\"");
                start = Math.Min(end, range.End);
            }

            shown.Append(Encoding.UTF8.GetString(file.AsSpan(start..end)));
            return VisibleText.Escape(SecretDetector.Mask(shown.ToString()).Replace("\t", "    ", StringComparison.Ordinal));
        }
    }

    /// <summary>Returns the line of a byte.</summary>
    public int LineOf(int at)
    {
        var found = starts.BinarySearch(at);
        return Math.Min(found >= 0 ? found + 1 : ~found, Math.Max(1, Count));
    }

    public bool IsSame(int line, ShownLines other, int otherLine)
    {
        var (start, end) = Ends(line);
        var (otherStart, otherEnd) = other.Ends(otherLine);
        return file.AsSpan(start..end).SequenceEqual(other.file.AsSpan(otherStart..otherEnd));
    }

    private (int Start, int End) Ends(int line)
    {
        var start = starts[line - 1];
        var end = line < starts.Count ? starts[line] - 1 : file.Length;
        if (line == 1 && file.AsSpan().StartsWith("\uFEFF"u8)) start = 3;
        return (start, end > start && line < starts.Count && file[end - 1] == '\r' ? end - 1 : end);
    }

    private void Hide(ConfigNode root)
    {
        var met = new HashSet<ConfigNode>();
        var open = new Stack<(ConfigNode Node, bool IsHidden)>([(root, false)]);
        while (open.TryPop(out var next))
        {
            if (!met.Add(next.Node)) continue;
            if (next.IsHidden && next.Node.Kind == ConfigNodeKind.Text) Hide(next.Node.Range, next.Node);
            foreach (var member in next.Node.Members)
                open.Push((member.Value, next.IsHidden || Confidential.Contains(member.Name) || SecretNames.IsTelling(member.Name)));
            var masked = CommandSecrets.Mask([.. next.Node.Items.Select(item => item.Kind == ConfigNodeKind.Text ? item.Text : "")]);
            for (var i = 0; i < masked.Count; i++)
            {
                var item = next.Node.Items[i];
                open.Push((item, next.IsHidden
                    || (item.Kind == ConfigNodeKind.Text && masked[i].Contains(CommandSecrets.Hidden, StringComparison.Ordinal))));
            }
        }
    }

    // A text without a place of its own may span several lines; they are hidden whole.
    private void Hide(ByteRange? range, ConfigNode node)
    {
        if (range is { } known) hidden.Add(known);
        else for (var line = node.Line; line <= node.Line + node.Text.Count(letter => letter == '\n') + 1; line++) hiddenLines.Add(line);
    }
}
