using System.Runtime.InteropServices;

namespace Gatehouse.Integrity.Patterns;

/// <summary>Turns a parsed pattern into instructions of a nondeterministic automaton; repetitions are written out.</summary>
internal sealed class PatternProgram
{
    private readonly List<PatternInstruction> _code = [];
    private readonly int _most;

    private PatternProgram(int most) => _most = most;

    /// <summary>Compiles a pattern.</summary>
    /// <param name="node">The parsed pattern.</param>
    /// <param name="most">Most instructions.</param>
    /// <exception cref="PatternRefused">It needs more instructions.</exception>
    public static PatternInstruction[] Compile(PatternNode node, int most)
    {
        var program = new PatternProgram(most);
        program.Emit(node);
        program.Add(new PatternInstruction(PatternOperation.Match));
        return [.. program._code];
    }

    private void Emit(PatternNode node)
    {
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
                PatternInstruction[] inner = Compile(ahead.Part, _most - _code.Count);
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
        if (_code.Count >= _most)
            throw new PatternRefused("it needs more states than are allowed");
        _code.Add(instruction);
        return _code.Count - 1;
    }
}
