using System.Text;
using System.Text.Json;
using Gatehouse.Integrity.Schema.Compilation;
using Gatehouse.Integrity.Schema.Keywords;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>One validation: steps spent, place in the value, resources entered, faults found.</summary>
internal sealed class Evaluation(SchemaLimits limits)
{
    private readonly List<SchemaResource> _scope = [];
    private readonly List<PathStep> _path = [];
    private readonly List<SchemaError> _errors = [];
    private long _left = limits.MaxSteps;
    private string? _stopped;
    private int _depth;
    private int _quiet;

    /// <summary>Whether looking for more faults after one is of use.</summary>
    public bool GoesOn => _quiet == 0 && _stopped is null && _errors.Count < limits.MaxErrors;

    /// <summary>The resources entered, outermost first.</summary>
    public IReadOnlyList<SchemaResource> Scope => _scope;

    public SchemaResult Run(SchemaNode root, JsonElement instance)
    {
        bool valid = Visit(root, instance, null);
        SchemaVerdict verdict = _stopped is not null ? SchemaVerdict.Undecided : valid ? SchemaVerdict.Valid : SchemaVerdict.Invalid;
        IReadOnlyList<SchemaError> errors = _stopped is null ? _errors : [new SchemaError("", "", "", _stopped)];
        return new SchemaResult(verdict, errors, limits.MaxSteps - Math.Max(_left, 0));
    }

    /// <summary>Applies a schema to the value at hand.</summary>
    /// <param name="node">The schema.</param>
    /// <param name="instance">The value.</param>
    /// <param name="seen">Where to note what was looked at, once the schema holds; null when nobody asks.</param>
    public bool Visit(SchemaNode node, JsonElement instance, Evaluated? seen)
    {
        if (!Spend(1))
            return false;
        if (node.Constant is { } constant)
            return constant || Add(new SchemaError(Pointer(), node.Path, "false", "nothing is allowed here"));
        if (++_depth > limits.MaxEvaluationDepth)
            Stop($"schemas were applied within one another more than {limits.MaxEvaluationDepth} deep");
        bool entered = Enter(node.Resource);
        bool valid = _stopped is null && Apply(node, instance, seen);
        if (entered)
            _scope.RemoveAt(_scope.Count - 1);
        _depth--;
        return valid;
    }

    /// <summary>Applies a schema to the value at hand without telling faults.</summary>
    public bool Test(SchemaNode node, JsonElement instance, Evaluated? seen)
    {
        _quiet++;
        bool valid = Visit(node, instance, seen);
        _quiet--;
        return valid;
    }

    /// <summary>Applies a schema to a member's value.</summary>
    public bool Member(SchemaNode node, JsonProperty member)
    {
        _path.Add(new PathStep(member, -1));
        bool valid = Visit(node, member.Value, null);
        _path.RemoveAt(_path.Count - 1);
        return valid;
    }

    /// <summary>Applies a schema to an element.</summary>
    public bool Element(SchemaNode node, JsonElement element, int index)
    {
        _path.Add(new PathStep(default, index));
        bool valid = Visit(node, element, null);
        _path.RemoveAt(_path.Count - 1);
        return valid;
    }

    /// <summary>Tells a fault.</summary>
    /// <returns>Always false.</returns>
    public bool Fail(Keyword keyword, string message) => _quiet > 0 ? false : Add(new SchemaError(Pointer(), keyword.Path, keyword.Name, message));

    /// <summary>Tells a fault whose words must be made first.</summary>
    public bool Fail(Keyword keyword, Func<string> message) => _quiet > 0 ? false : Fail(keyword, message());

    /// <summary>Counts work. All loops over outside values pass here.</summary>
    /// <returns>False when there is none left; the validation then ends undecided.</returns>
    public bool Spend(long steps)
    {
        _left -= steps;
        if (_left < 0)
            Stop($"it took more than {limits.MaxSteps} steps");
        return _stopped is null;
    }

    /// <summary>Runs a pattern; 16 states entered are one step.</summary>
    public bool Matches(Patterns.LinearPattern pattern, string text)
    {
        long work = 16 * Math.Max(_left, 0);
        long before = work;
        bool matched = pattern.Matches(text, ref work);
        return Spend(((before - work) / 16) + 1) && matched;
    }

    private bool Apply(SchemaNode node, JsonElement instance, Evaluated? seen)
    {
        // A neighbour's findings are for neighbours only: each schema notes its own and hands them on when it holds.
        Evaluated? own = node.NeedsEvaluated || seen is not null ? new Evaluated(instance) : null;
        if (own is not null && !Spend(own.Cost))
            return false;
        bool valid = true;
        foreach (Keyword keyword in node.Keywords)
        {
            if (!keyword.Apply(this, instance, own))
                valid = false;
            if (!valid && !GoesOn)
                return false;
        }

        if (valid && seen is not null)
            seen.Join(own!);
        return valid;
    }

    private bool Enter(SchemaResource resource)
    {
        if (_scope.Count > 0 && _scope[^1] == resource)
            return false;
        _scope.Add(resource);
        return true;
    }

    private bool Add(SchemaError error)
    {
        if (_quiet == 0 && _errors.Count < limits.MaxErrors)
            _errors.Add(error);
        return false;
    }

    private void Stop(string reason) => _stopped ??= reason;

    private string Pointer()
    {
        if (_quiet > 0)
            return "";
        var pointer = new StringBuilder();
        foreach (PathStep step in _path)
            pointer.Append('/').Append(JsonPointers.Escape(step.Segment));
        return pointer.ToString();
    }
}
