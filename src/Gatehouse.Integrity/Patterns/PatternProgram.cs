namespace Gatehouse.Integrity.Patterns;

/// <summary>Turns a parsed pattern into instructions of a nondeterministic automaton; repetitions are written out.</summary>
internal sealed class PatternProgram
{
    private readonly List<PatternInstruction> _code = [];
    private int _left;

    private PatternProgram(int left) => _left = left;

    /// <summary>Compiles a pattern.</summary>
    /// <param name="node">The parsed pattern.</param>
    /// <param name="left">How many instructions may still be made; counts down, inner programs and visits of empty parts included.</param>
    /// <exception cref="PatternRefused">It needs more.</exception>
    public static PatternInstruction[] Compile(PatternNode node, ref int left)
    {
        var program = new PatternProgram(left);
        program.Emit(node);
        program.Add(new PatternInstruction(PatternOperation.Match));
        left = program._left;
        return [.. program._code];
    }

    private void Emit(PatternNode node)
    {
        // A part that matches the empty text makes no instruction, but repeating it many times would still take its time.
        if (node is PatternNode.Sequence { Parts.Count: 0 })
            Spend();
        switch (node)
        {
            case PatternNode.One one:
                Add(new PatternInstruction(PatternOperation.One, Set: one.Set));
                break;
            case PatternNode.Sequence sequence:
                foreach (PatternNode part in sequence.Parts)
                    Emit(part);
                break;
            case PatternNode.Either either:
                EmitEither(either.Choices, 0);
                break;
            case PatternNode.Repeat repeat:
                EmitRepeat(repeat);
                break;
            case PatternNode.Place place:
                Add(new PatternInstruction(place.Condition));
                break;
            case PatternNode.Ahead ahead:
                PatternInstruction[] inner = Compile(ahead.Part, ref _left);
                Add(new PatternInstruction(ahead.Negative ? PatternOperation.NotAhead : PatternOperation.Ahead, Inner: inner));
                break;
        }
    }

    private void EmitEither(IReadOnlyList<PatternNode> choices, int from)
    {
        List<int> exits = [];
        for (; from < choices.Count - 1; from++)
        {
            int fork = Add(default);
            Emit(choices[from]);
            exits.Add(Add(default));
            _code[fork] = new PatternInstruction(PatternOperation.Fork, fork + 1, _code.Count);
        }

        Emit(choices[^1]);
        foreach (int exit in exits)
            _code[exit] = new PatternInstruction(PatternOperation.Jump, _code.Count);
    }

    private void EmitRepeat(PatternNode.Repeat repeat)
    {
        for (int at = 0; at < repeat.Min; at++)
            Emit(repeat.Part);
        if (repeat.Max is not { } max)
        {
            int fork = Add(default);
            Emit(repeat.Part);
            Add(new PatternInstruction(PatternOperation.Jump, fork));
            _code[fork] = new PatternInstruction(PatternOperation.Fork, fork + 1, _code.Count);
            return;
        }

        List<int> forks = [];
        for (int at = repeat.Min; at < max; at++)
        {
            forks.Add(Add(default));
            Emit(repeat.Part);
        }

        foreach (int fork in forks)
            _code[fork] = new PatternInstruction(PatternOperation.Fork, fork + 1, _code.Count);
    }

    private int Add(PatternInstruction instruction)
    {
        Spend();
        _code.Add(instruction);
        return _code.Count - 1;
    }

    private void Spend()
    {
        if (--_left < 0)
            throw new PatternRefused("it needs more states than are allowed");
    }
}
