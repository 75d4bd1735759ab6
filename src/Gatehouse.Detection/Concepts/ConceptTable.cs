using System.Text;
using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Concepts;

/// <summary>
/// The table of concepts. It finds all its phrases in one pass over a folded text (automaton of Aho and Corasick; time is linear in the text).
/// </summary>
internal sealed class ConceptTable
{
    private static readonly Lazy<ConceptTable> Loaded = new(Load);

    // The text is read in so many parts side by side, since each state waits for the one before.
    private const int Parts = 4;

    [ThreadStatic]
    private static List<ConceptMark>[]? ofLaterParts;

    // Room of a node in the dense table: a column for each character of ASCII that phrases have, and column 0 for all others.
    private const int Row = 64;

    // Texts of shorter parts are read from one end to the other.
    private const int ShortestPart = 64;

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

    // States from here on are those in which a phrase ends.
    private int firstEnd;

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
        if (folded.Length < Parts * ShortestPart) FindAll(folded, 0, 0, marks, last, isWithinWords);
        else FindParts(folded, marks, last, isWithinWords);
        Addresses.Find(folded, marks);
    }

    private void FindAll(ReadOnlySpan<char> folded, int from, int state, List<ConceptMark> marks, Concept last, bool isWithinWords)
    {
        for (var at = from; at < folded.Length; at++)
        {
            state = Step(state, folded[at]);
            if (state >= firstEnd) Add(folded, at, nodes[state], marks, last, isWithinWords);
        }
    }

    // Each part but the first is read from where no phrase reaches over its beginning.
    private void FindParts(ReadOnlySpan<char> folded, List<ConceptMark> marks, Concept last, bool isWithinWords)
    {
        var later = ofLaterParts ??= [.. Enumerable.Range(1, Parts - 1).Select(_ => new List<ConceptMark>())];
        foreach (var list in later) list.Clear();
        var length = folded.Length / Parts;
        var (one, two, three, four) = (0, StateAt(folded, length), StateAt(folded, 2 * length), StateAt(folded, 3 * length));
        var first = folded[..length];
        var second = folded.Slice(length, length);
        var third = folded.Slice(2 * length, length);
        var fourth = folded.Slice(3 * length, length);
        ReadOnlySpan<byte> columns = this.columns;
        ReadOnlySpan<ushort> rows = this.rows;
        var beforeEnds = firstEnd - 1;
        for (var at = 0; at < first.Length; at++)
        {
            var (a, b, c, d) = (first[at], second[at], third[at], fourth[at]);
            if ((a | b | c | d) < columns.Length)
            {
                one = rows[(one * Row) + columns[a]];
                two = rows[(two * Row) + columns[b]];
                three = rows[(three * Row) + columns[c]];
                four = rows[(four * Row) + columns[d]];
            }
            else
            {
                (one, two, three, four) = (Step(one, a), Step(two, b), Step(three, c), Step(four, d));
            }

            // Negative where one of them is a state in which a phrase ends.
            if (((beforeEnds - one) | (beforeEnds - two) | (beforeEnds - three) | (beforeEnds - four)) >= 0) continue;
            if (one > beforeEnds) Add(folded, at, nodes[one], marks, last, isWithinWords);
            if (two > beforeEnds) Add(folded, length + at, nodes[two], later[0], last, isWithinWords);
            if (three > beforeEnds) Add(folded, (2 * length) + at, nodes[three], later[1], last, isWithinWords);
            if (four > beforeEnds) Add(folded, (3 * length) + at, nodes[four], later[2], last, isWithinWords);
        }

        FindAll(folded, Parts * length, four, later[^1], last, isWithinWords);
        foreach (var list in later) marks.AddRange(list);
    }

    // The state at a place, from the characters before it that a phrase can reach.
    private int StateAt(ReadOnlySpan<char> folded, int place)
    {
        var state = 0;
        foreach (var letter in folded[(place - longest)..place]) state = Step(state, letter);
        return state;
    }

    private int Step(int state, char letter) => letter < columns.Length ? rows[(state * Row) + columns[letter]] : Next(state, letter);

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
        if (letters.Count >= Row || fail.Count > ushort.MaxValue) throw new InvalidDataException("the phrases are too many for the table");
        foreach (var letter in letters) columns[letter] = (byte)(letters.IndexOf(letter) + 1);
        columns['\n'] = columns[' ']; // a phrase may be over the end of a line
        longest = depth.Max();
        if (longest > ShortestPart) throw new InvalidDataException("a phrase is too long for the table");
        nodes = [.. Enumerable.Range(0, fail.Count).OrderBy(IsEnd).ThenBy(node => depth[node])];
        firstEnd = nodes.Length - nodes.Count(IsEnd);
        states = new int[fail.Count];
        for (var state = 0; state < nodes.Length; state++) states[nodes[state]] = state;
        rows = new ushort[fail.Count * Row];
        // The row of a shorter phrase comes first.
        foreach (var node in nodes.OrderBy(node => depth[node]))
        {
            var state = states[node];
            if (node != 0) rows.AsSpan(states[fail[node]] * Row, Row).CopyTo(rows.AsSpan(state * Row));
            foreach (var letter in letters)
            {
                if (next.TryGetValue((node, letter), out var child)) rows[(state * Row) + columns[letter]] = (ushort)states[child];
            }
        }
    }

    private bool IsEnd(int node) => phrases[node].Length > 0 || shorter[node] != 0;
}
