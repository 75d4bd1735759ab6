namespace Gatehouse.Integrity.Patterns;

/// <summary>One run of a program over a text: all threads go forward together, so no text is read twice.</summary>
internal sealed class PatternRun(PatternInstruction[] code, string text)
{
    private readonly int[] seen = new int[code.Length];
    private readonly Stack<int> open = new();
    private List<int> now = [];
    private List<int> next = [];
    private bool matched;
    private int round;

    /// <summary>Runs from a position.</summary>
    /// <param name="start">The position at which to begin.</param>
    /// <param name="search">True when a match may also begin later.</param>
    /// <param name="work">Counts down; below zero the run ends without a match.</param>
    public bool Matches(int start, bool search, ref long work)
    {
        round++;
        Enter(now, 0, start, ref work);
        for (var at = start; !matched && at < text.Length && work >= 0;)
        {
            var codePoint = char.IsSurrogatePair(text, at) ? char.ConvertToUtf32(text, at) : text[at];
            at += codePoint > 0xFFFF ? 2 : 1;
            round++;
            foreach (var thread in now)
            {
                if (code[thread].Set!.Contains(codePoint))
                    Enter(next, thread + 1, at, ref work);
            }

            work -= now.Count;
            if (search)
                Enter(next, 0, at, ref work);
            else if (next.Count == 0)
                break;
            (now, next) = (next, now);
            next.Clear();
        }

        return matched && work >= 0;
    }

    // Follows everything that consumes nothing. Each state is entered once a place.
    private void Enter(List<int> threads, int state, int at, ref long work)
    {
        open.Push(state);
        while (open.TryPop(out var index) && !matched && work >= 0)
        {
            if (seen[index] == round)
                continue;
            seen[index] = round;
            work--;
            var instruction = code[index];
            switch (instruction.Operation)
            {
                case PatternOperation.Match:
                    matched = true;
                    break;
                case PatternOperation.One:
                    threads.Add(index);
                    break;
                case PatternOperation.Fork:
                    open.Push(instruction.Second);
                    open.Push(instruction.First);
                    break;
                case PatternOperation.Jump:
                    open.Push(instruction.First);
                    break;
                default:
                    if (Holds(instruction, at, ref work))
                        open.Push(index + 1);
                    break;
            }
        }

        open.Clear();
    }

    private bool Holds(PatternInstruction condition, int at, ref long work) => condition.Operation switch
    {
        PatternOperation.Start => at == 0,
        PatternOperation.End => at == text.Length,
        PatternOperation.Boundary => IsWord(at - 1) != IsWord(at),
        PatternOperation.NoBoundary => IsWord(at - 1) == IsWord(at),
        _ => LooksAhead(condition.Inner!, at, ref work) == (condition.Operation == PatternOperation.Ahead),
    };

    private bool LooksAhead(PatternInstruction[] inner, int at, ref long work)
    {
        work -= inner.Length;
        return new PatternRun(inner, text).Matches(at, search: false, ref work);
    }

    private bool IsWord(int at) => at >= 0 && at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_');
}
