using System.Text;
using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Concepts;

/// <summary>
/// The table of concepts. It finds all its phrases in one pass over a folded text (automaton of Aho and Corasick; time is linear in the text).
/// </summary>
internal sealed class ConceptTable
{
    private static readonly Lazy<ConceptTable> Loaded = new(Load);

    // Room of a node in the dense table: a column for each character of ASCII that phrases have, and column 0 for all others.
    private const int Row = 64;

    private readonly Dictionary<(int Node, char Letter), int> next = [];
    private readonly List<int> fail = [0];
    private readonly List<int> depth = [0];
    private readonly List<(Concept Concept, bool GoesOn)[]> phrases = [[]];
    private readonly List<int> shorter = [0];
    private readonly byte[] columns = new byte[128];
    private ushort[] rows = [];
    private ushort[] ends = [];

    public static ConceptTable Default => Loaded.Value;

    /// <summary>Returns the places of the concepts that describe definitions, in the order of their ends.</summary>
    public List<ConceptMark> Find(string folded)
    {
        var marks = new List<ConceptMark>();
        Find(folded, marks, Concept.Turn);
        return marks;
    }

    /// <summary>Adds the places, in the order of their ends.</summary>
    /// <param name="folded">A folded text.</param>
    /// <param name="marks">The list that receives them.</param>
    /// <param name="last">The last concept that is wanted.</param>
    /// <param name="isWithinWords">True to find phrases within words as well: in a text whose words are not separated.</param>
    public void Find(ReadOnlySpan<char> folded, List<ConceptMark> marks, Concept last, bool isWithinWords = false)
    {
        var node = 0;
        var (ends, columns, rows) = (this.ends, this.columns, this.rows);
        for (var at = 0; at < folded.Length; at++)
        {
            var letter = folded[at];
            node = letter < columns.Length ? rows[(node * Row) + columns[letter]] : Next(node, letter);
            if (ends[node] != 0) Add(folded, at, ends[node], marks, last, isWithinWords);
        }

        Addresses.Find(folded, marks);
    }

    private void Add(ReadOnlySpan<char> folded, int at, int node, List<ConceptMark> marks, Concept last, bool isWithinWords)
    {
        for (var found = node; found != 0; found = shorter[found])
        {
            foreach ((var concept, var continues) in phrases[found])
            {
                var start = at - depth[found] + 1;
                if (concept <= last && (isWithinWords || IsWhole(folded, start, at + 1, continues)))
                    marks.Add(new ConceptMark(concept, start, depth[found]));
            }
        }
    }

    private int Next(int node, char letter)
    {
        int next;
        while (!this.next.TryGetValue((node, letter), out next) && node != 0) node = fail[node];
        return next;
    }

    // A phrase in letters begins and ends with its words, unless it may continue. Scripts without spaces have no such ends.
    private static bool IsWhole(ReadOnlySpan<char> text, int start, int end, bool continues) =>
        (start == 0 || !IsWord(text[start]) || !IsWord(text[start - 1]))
            && (continues || end == text.Length || !IsWord(text[end - 1]) || !IsWord(text[end]));

    private static bool IsWord(char letter) => letter == '_' || (letter < 0x2E80 && char.IsLetterOrDigit(letter));

    private static ConceptTable Load()
    {
        var table = new ConceptTable();
        table.Read("concepts.txt");
        table.Read("message-concepts.txt");
        table.Link();
        return table;
    }

    private void Read(string file)
    {
        using var stream = typeof(ConceptTable).Assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        Concept concept = default;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] == '[' && line[^1] == ']' && Enum.TryParse(line[1..^1], ignoreCase: true, out Concept named))
                concept = named;
            else
                Add(concept, line);
        }
    }

    private void Add(Concept concept, string line)
    {
        var continues = line[^1] == '*';
        var phrase = FoldedText.Fold(TextView.Of(continues ? line[..^1] : line), 200, isName: false).Text.TrimStart();
        var node = 0;
        foreach (var letter in phrase)
        {
            if (!this.next.TryGetValue((node, letter), out var next))
            {
                next = fail.Count;
                fail.Add(0);
                depth.Add(depth[node] + 1);
                phrases.Add([]);
                shorter.Add(0);
                this.next[(node, letter)] = next;
            }

            node = next;
        }

        if (node != 0 && !phrases[node].Contains((concept, continues)))
            phrases[node] = [.. phrases[node], (concept, continues)];
    }

    private void Link()
    {
        foreach (((var node, var letter), var child) in next.OrderBy(edge => depth[edge.Value]).ToList())
        {
            var fail = node;
            var target = 0;
            while (fail != 0)
            {
                fail = this.fail[fail];
                if (next.TryGetValue((fail, letter), out target))
                    break;
            }

            this.fail[child] = target == child ? 0 : target;
            shorter[child] = phrases[this.fail[child]].Length > 0 ? this.fail[child] : shorter[this.fail[child]];
        }

        FillRows();
    }

    // With every failure resolved, a character of ASCII costs one look-up.
    private void FillRows()
    {
        var letters = next.Keys.Select(edge => edge.Letter).Where(letter => letter < columns.Length).Distinct().Order().ToList();
        if (letters.Count >= Row) throw new InvalidDataException("the phrases have more characters than a row of the table has room for");
        foreach (var letter in letters) columns[letter] = (byte)(letters.IndexOf(letter) + 1);
        columns['\n'] = columns[' ']; // a phrase may be over the end of a line
        rows = new ushort[fail.Count * Row];
        ends = [.. Enumerable.Range(0, fail.Count).Select(node => checked((ushort)(phrases[node].Length > 0 ? node : shorter[node])))];
        foreach (var node in Enumerable.Range(0, fail.Count).OrderBy(node => depth[node]))
        {
            if (node != 0) rows.AsSpan(this.fail[node] * Row, Row).CopyTo(rows.AsSpan(node * Row));
            foreach (var letter in letters)
            {
                if (next.TryGetValue((node, letter), out var child)) rows[(node * Row) + columns[letter]] = checked((ushort)child);
            }
        }
    }
}
