using System.Globalization;
using System.Text;
using Gatehouse.Inventory.Reading;
using Gatehouse.Text;

namespace Gatehouse.Onboarding;

/// <summary>
/// The effect of splices on a file, as a unified difference for a terminal: outside text escaped, values of variables and headers and known forms of
/// secrets replaced. Every changed line is shown whole, except for the common part of both sides of a very long line.
/// </summary>
internal static class FileDifference
{
    private const int Context = 2;
    private const int LongLine = 240;
    private const int Around = 60;

    public static IReadOnlyList<string> Of(string path, byte[] before, ConfigNode rootBefore, byte[] after, ConfigNode rootAfter,
        IEnumerable<ByteSplice> splices)
    {
        var old = new ShownLines(before, rootBefore);
        var now = new ShownLines(after, rootAfter);
        List<string> text = ["--- " + VisibleText.Escape(path), "+++ " + VisibleText.Escape(path) + " (after)"];
        var shift = 0;
        foreach (var hunk in Hunks(Blocks(old, now, splices)))
        {
            var first = Math.Max(1, hunk[0].Old.First - Context);
            var last = Math.Min(old.Count, hunk[^1].Old.Last + Context);
            var longer = hunk.Sum(block => block.New.Count - block.Old.Count);
            text.Add(string.Create(CultureInfo.InvariantCulture, $"@@ -{first},{last - first + 1} +{first + shift},{last - first + 1 + longer} @@"));
            shift += longer;
            var at = first;
            foreach (var block in hunk)
            {
                while (at < block.Old.First) text.Add(" " + Cut(old[at++]));
                text.AddRange(Shown(old, now, block));
                at = block.Old.Last + 1;
            }

            while (at <= last) text.Add(" " + Cut(old[at++]));
        }

        return text;
    }

    private static IEnumerable<string> Shown(ShownLines old, ShownLines now, Block block)
    {
        var from = Enumerable.Range(block.Old.First, block.Old.Count).Select(line => old[line]).ToList();
        var to = Enumerable.Range(block.New.First, block.New.Count).Select(line => now[line]).ToList();
        if (from is [{ Length: > LongLine } one] && to is [var other]) (from, to) = OfLongLine(one, other);
        return from.Select(line => "-" + line).Concat(to.Select(line => "+" + line));
    }

    // A file in one line: the common part is cut, the difference is not.
    private static (List<string> From, List<string> To) OfLongLine(string from, string to)
    {
        var start = from.AsSpan().CommonPrefixLength(to);
        var end = 0;
        while (end < Math.Min(from.Length, to.Length) - start && from[^(end + 1)] == to[^(end + 1)]) end++;
        var head = Math.Max(0, start - Around);
        var tail = Math.Max(0, end - Around);
        string Short(string line) =>
            (head > 0 ? $"[{Counted.Of(head, "character")}] " : "") + line[head..(line.Length - tail)] + (tail > 0 ? $" [{Counted.Of(tail, "character")}]" : "");
        return ([Short(from)], [Short(to)]);
    }

    private static string Cut(string line) =>
        line.Length <= LongLine ? line : string.Create(CultureInfo.InvariantCulture, $"{line[..Around]} [{Counted.Of(line.Length - Around, "character")}]");

    private static List<Block> Blocks(ShownLines old, ShownLines now, IEnumerable<ByteSplice> splices)
    {
        var blocks = new List<Block>();
        var shift = 0;
        foreach (var splice in splices.OrderBy(splice => splice.Range.Start))
        {
            var start = splice.Range.Start + shift;
            shift += splice.New.Length - splice.Range.Length;
            var next = new Block(new LineSpan(old.LineOf(splice.Range.Start), old.LineOf(splice.Range.End)),
                new LineSpan(now.LineOf(start), now.LineOf(start + splice.New.Length)));
            if (blocks.Count > 0 && next.Old.First <= blocks[^1].Old.Last + 1)
                blocks[^1] = new Block(new LineSpan(blocks[^1].Old.First, next.Old.Last), new LineSpan(blocks[^1].New.First, next.New.Last));
            else blocks.Add(next);
        }

        return [.. blocks.Select(block => Trim(old, now, block))];
    }

    // Lines that are the same on both sides of a block are context: the block keeps only lines that were added.
    private static Block Trim(ShownLines old, ShownLines now, Block block)
    {
        var (from, to) = block;
        while (from.Count > 0 && to.Count > 0 && old.IsSame(from.First, now, to.First))
            (from, to) = (new LineSpan(from.First + 1, from.Last), new LineSpan(to.First + 1, to.Last));
        while (from.Count > 0 && to.Count > 0 && old.IsSame(from.Last, now, to.Last))
            (from, to) = (new LineSpan(from.First, from.Last - 1), new LineSpan(to.First, to.Last - 1));
        return new Block(from, to);
    }

    private static List<List<Block>> Hunks(List<Block> blocks)
    {
        var hunks = new List<List<Block>>();
        foreach (var block in blocks)
        {
            if (hunks.Count > 0 && block.Old.First - hunks[^1][^1].Old.Last <= (2 * Context) + 1) hunks[^1].Add(block);
            else hunks.Add([block]);
        }

        return hunks;
    }

    private readonly record struct LineSpan(int First, int Last)
    {
        public int Count => Last - First + 1;
    }

    private readonly record struct Block(LineSpan Old, LineSpan New);
}
