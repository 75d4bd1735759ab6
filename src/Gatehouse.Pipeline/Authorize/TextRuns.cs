namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// The runs of letters of a text, as a suffix automaton (Blumer et al., 1985). It is made in as many steps as the text has letters, and whether the
/// text has a run is found in as many as the run has, whatever both are (CWE-407).
/// </summary>
internal sealed class TextRuns
{
    /// <summary>The state of the empty run.</summary>
    public const int Start = 0;

    private readonly Dictionary<(int State, char Letter), int> next = [];
    private readonly List<State> states = [new State { Link = -1 }];
    private readonly List<(char Letter, int Before)> letters = []; // those that leave a state, in lists
    private int last = Start;

    /// <summary>Adds the next letter of the text.</summary>
    public void Add(char letter)
    {
        var added = Make(states[last].Length + 1, Start);
        var from = last;
        last = added;
        for (; from >= 0 && !next.ContainsKey((from, letter)); from = states[from].Link) Connect(from, letter, added);
        if (from < 0) return;
        var target = next[(from, letter)];
        if (states[from].Length + 1 < states[target].Length) target = Split(from, letter, target);
        states[added].Link = target;
    }

    /// <summary>Moves from a run to the one with another letter. Returns false when the text does not have it.</summary>
    public bool TryMove(ref int state, char letter) => next.TryGetValue((state, letter), out state);

    // The longest run to the target is longer than the one from here: shorter ones get a state of their own, with the same letters after it.
    private int Split(int from, char letter, int target)
    {
        var twin = Make(states[from].Length + 1, states[target].Link);
        for (var at = states[target].Letters; at >= 0; at = letters[at].Before) Connect(twin, letters[at].Letter, next[(target, letters[at].Letter)]);
        for (; from >= 0 && next.TryGetValue((from, letter), out var to) && to == target; from = states[from].Link) next[(from, letter)] = twin;
        states[target].Link = twin;
        return twin;
    }

    private int Make(int length, int link)
    {
        states.Add(new State { Length = length, Link = link });
        return states.Count - 1;
    }

    private void Connect(int from, char letter, int to)
    {
        next.Add((from, letter), to);
        letters.Add((letter, states[from].Letters));
        states[from].Letters = letters.Count - 1;
    }

    private sealed class State
    {
        public int Length { get; init; }

        public int Link { get; set; }

        public int Letters { get; set; } = -1;
    }
}
