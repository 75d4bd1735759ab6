namespace Gatehouse.Text;

/// <summary>Finds the name that was probably meant.</summary>
public static class Nearest
{
    /// <summary>The nearest of the names; null when none is near.</summary>
    public static string? Of(string written, IEnumerable<string> names)
    {
        if (written.Length > 64) return null;
        var best = names.Select(name => (Name: name, Distance: Distance(written, name))).OrderBy(pair => pair.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, best.Name.Length / 3) ? best.Name : null;
    }

    // Case counts for nothing: 'publicURL' is publicUrl. Two letters that are exchanged, the most common slip, are one change.
    private static int Distance(string a, string b)
    {
        int[] before = [], last = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(last[j - 1] + (IsSame(i, j) ? 0 : 1), Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && IsSame(i, j - 1) && IsSame(i - 1, j)) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, last) = (last, row);
        }

        return last[b.Length];

        bool IsSame(int at, int other) => char.ToUpperInvariant(a[at - 1]) == char.ToUpperInvariant(b[other - 1]);
    }
}
