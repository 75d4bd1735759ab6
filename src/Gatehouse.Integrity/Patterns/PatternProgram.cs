namespace Gatehouse.Integrity.Patterns;

/// <summary>A compiler from a parsed pattern to instructions of a nondeterministic automaton. Repetitions are written out.</summary>
internal sealed class PatternProgram
{
    private readonly List<PatternInstruction> code = [];
    private int left;

    private PatternProgram(int left) => this.left = left;

    /// <summary>Compiles a pattern.</summary>
    /// <param name="node">The parsed pattern.</param>
    /// <param name="left">The number of instructions that may still be made. It counts down, inner programs and visits of empty parts
    /// included.</param>
    /// <exception cref="PatternRefused">It needs more.</exception>
    public static PatternInstruction[] Compile(PatternNode node, ref int left)
    {
        var program = new PatternProgram(left);
        program.Emit(node);
        program.Add(new PatternInstruction(PatternOperation.Match));
        left = program.left;
        return [.. program.code];
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
                foreach (var part in sequence.Parts)
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
                var inner = Compile(ahead.Part, ref left);
                Add(new PatternInstruction(ahead.Negative ? PatternOperation.NotAhead : PatternOperation.Ahead, Inner: inner));
                break;
        }
    }

    private void EmitEither(IReadOnlyList<PatternNode> choices, int from)
    {
        List<int> exits = [];
        for (; from < choices.Count - 1; from++)
        {
            var fork = Add(default);
            Emit(choices[from]);
            exits.Add(Add(default));
            code[fork] = new PatternInstruction(PatternOperation.Fork, fork + 1, code.Count);
        }

        Emit(choices[^1]);
        foreach (var exit in exits)
            code[exit] = new PatternInstruction(PatternOperation.Jump, code.Count);
    }

    private void EmitRepeat(PatternNode.Repeat repeat)
    {
        for (var at = 0; at < repeat.Min; at++)
            Emit(repeat.Part);
        if (repeat.Max is not { } max)
        {
            var fork = Add(default);
            Emit(repeat.Part);
            Add(new PatternInstruction(PatternOperation.Jump, fork));
            code[fork] = new PatternInstruction(PatternOperation.Fork, fork + 1, code.Count);
            return;
        }

        List<int> forks = [];
        for (var at = repeat.Min; at < max; at++)
        {
            forks.Add(Add(default));
            Emit(repeat.Part);
        }

        foreach (var fork in forks)
            code[fork] = new PatternInstruction(PatternOperation.Fork, fork + 1, code.Count);
    }

    private int Add(PatternInstruction instruction)
    {
        Spend();
        code.Add(instruction);
        return code.Count - 1;
    }

    private void Spend()
    {
        if (--left < 0)
            throw new PatternRefused("it needs more states than are allowed");
    }
}

/// <summary>One instruction; targets are indexes into the program.</summary>
internal readonly record struct PatternInstruction(PatternOperation Operation, int First = 0, int Second = 0, CharacterSet? Set = null,
    PatternInstruction[]? Inner = null);
