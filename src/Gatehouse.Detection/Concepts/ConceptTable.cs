using System.Text;
using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Concepts;

/// <summary>
/// The table of concepts. It finds all its phrases in one pass over a folded text (automaton of Aho and Corasick; time is linear in the text).
/// </summary>
internal sealed class ConceptTable
{
    private static readonly Lazy<ConceptTable> Loaded = new(Load);

    [ThreadStatic]
    private static List<ConceptMark>? ofSecondHalf;

    // Room of a node in the dense table: a column for each character of ASCII that phrases have, and column 0 for all others.
    private const int Row = 64;

    // Shorter texts are read from one end to the other.
    private const int ShortestHalf = 512;

    // Beside the number of a state: a phrase ends there.
    private const int Ends = 0x8000;

    private readonly Dictionary<(int Node, char Letter), int> next = [];
    private readonly List<int> fail = [0];
    private readonly List<int> depth = [0];
    private readonly List<(Concept Concept, bool Continues)[]> phrases = [[]];
    private readonly List<int> shorter = [0];
    private readonly byte[] columns = new byte[128];
    private ushort[] rows = [];
    private int[] nodes = [];
    private int[] states = [];
    private int longest;

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
        if (folded.Length < 2 * ShortestHalf) FindAll(folded, marks, last, isWithinWords);
        else FindHalves(folded, marks, last, isWithinWords);
        Addresses.Find(folded, marks);
    }

    private void FindAll(ReadOnlySpan<char> folded, List<ConceptMark> marks, Concept last, bool isWithinWords)
    {
        var state = 0;
        for (var at = 0; at < folded.Length; at++)
        {
            state = Step(state, folded[at]);
            if ((state & Ends) != 0) Add(folded, at, nodes[state & ~Ends], marks, last, isWithinWords);
        }
    }

    // Each state waits for the one before, so two halves are read side by side; the second from where no phrase reaches over its beginning.
    private void FindHalves(ReadOnlySpan<char> folded, List<ConceptMark> marks, Concept last, bool isWithinWords)
    {
        var later = ofSecondHalf ??= [];
        later.Clear();
        var half = folded.Length / 2;
        var (first, second) = (0, 0);
        for (var at = half - longest; at < half; at++) second = Step(second, folded[at]);
        var front = folded[..half];
        var back = folded.Slice(half, front.Length);
        ReadOnlySpan<byte> columns = this.columns;
        ReadOnlySpan<ushort> rows = this.rows;
        for (var at = 0; at < front.Length; at++)
        {
            var (one, other) = (front[at], back[at]);
            first = one < columns.Length ? rows[((first & ~Ends) * Row) + columns[one]] : Next(first & ~Ends, one);
            second = other < columns.Length ? rows[((second & ~Ends) * Row) + columns[other]] : Next(second & ~Ends, other);
            if (((first | second) & Ends) == 0) continue;
            if ((first & Ends) != 0) Add(folded, at, nodes[first & ~Ends], marks, last, isWithinWords);
            if ((second & Ends) != 0) Add(folded, half + at, nodes[second & ~Ends], later, last, isWithinWords);
        }

        if (folded.Length > 2 * half && Step(second, folded[^1]) is var end && (end & Ends) != 0)
            Add(folded, folded.Length - 1, nodes[end & ~Ends], later, last, isWithinWords);
        marks.AddRange(later);
    }

    private int Step(int state, char letter) =>
        letter < columns.Length ? rows[((state & ~Ends) * Row) + columns[letter]] : Next(state & ~Ends, letter);

    private void Add(ReadOnlySpan<char> folded, int at, int node, List<ConceptMark> marks, Concept last, bool isWithinWords)
    {
        for (var found = phrases[node].Length > 0 ? node : shorter[node]; found != 0; found = shorter[found])
        {
            foreach ((var concept, var continues) in phrases[found])
            {
                var start = at - depth[found] + 1;
                if (concept <= last && (isWithinWords || IsWhole(folded, start, at + 1, continues)))
                    marks.Add(new ConceptMark(concept, start, depth[found]));
            }
        }
    }

    private int Next(int state, char letter)
    {
        var node = nodes[state];
        int next;
        while (!this.next.TryGetValue((node, letter), out next) && node != 0) node = fail[node];
        return states[next];
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

    // With every failure resolved, a character of ASCII costs one look-up. States are numbered by their depth: those of nearly all text, which are
    // short, are beside each other.
    private void FillRows()
    {
        var letters = next.Keys.Select(edge => edge.Letter).Where(letter => letter < columns.Length).Distinct().Order().ToList();
        if (letters.Count >= Row || fail.Count >= Ends) throw new InvalidDataException("the phrases are too many for the table");
        foreach (var letter in letters) columns[letter] = (byte)(letters.IndexOf(letter) + 1);
        columns['\n'] = columns[' ']; // a phrase may be over the end of a line
        longest = depth.Max();
        if (longest > ShortestHalf) throw new InvalidDataException("a phrase is too long for the table");
        nodes = [.. Enumerable.Range(0, fail.Count).OrderBy(node => depth[node])];
        states = new int[fail.Count];
        for (var state = 0; state < nodes.Length; state++) states[nodes[state]] = state | (IsEnd(nodes[state]) ? Ends : 0);
        rows = new ushort[fail.Count * Row];
        for (var state = 0; state < nodes.Length; state++)
        {
            var node = nodes[state];
            if (node != 0) rows.AsSpan((states[fail[node]] & ~Ends) * Row, Row).CopyTo(rows.AsSpan(state * Row));
            foreach (var letter in letters)
            {
                if (next.TryGetValue((node, letter), out var child)) rows[(state * Row) + columns[letter]] = (ushort)states[child];
            }
        }
    }

    private bool IsEnd(int node) => phrases[node].Length > 0 || shorter[node] != 0;
}
