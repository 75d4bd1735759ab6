using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>One validation: steps spent, place in the value, resources entered, faults found.</summary>
internal sealed class Evaluation(SchemaLimits limits, MessageWork work)
{
    private readonly List<SchemaResource> scope = [];
    private readonly List<PathStep> path = [];
    private readonly List<SchemaError> errors = [];
    private readonly long before = work.Spent;
    private (JsonElement Element, string Text)? decoded;
    private string? stopped;
    private int depth;
    private int quiet;

    /// <summary>True when a search for more faults after one is useful.</summary>
    public bool GoesOn => quiet == 0 && stopped is null && errors.Count < limits.MaxErrors;

    /// <summary>The resources entered, outermost first.</summary>
    public IReadOnlyList<SchemaResource> Scope => scope;

    public SchemaResult Run(SchemaNode root, JsonElement instance)
    {
        var valid = Visit(root, instance, null);
        var verdict = stopped is not null ? SchemaVerdict.Undecided : valid ? SchemaVerdict.Valid : SchemaVerdict.Invalid;
        IReadOnlyList<SchemaError> errors = stopped is null ? this.errors : [new SchemaError("", "", "", stopped)];
        return new SchemaResult(verdict, errors, work.Spent - before);
    }

    /// <summary>Applies a schema to the value at hand.</summary>
    /// <param name="node">The schema.</param>
    /// <param name="instance">The value.</param>
    /// <param name="seen">Receives the evaluated parts, once the schema holds; null when no keyword needs them.</param>
    public bool Visit(SchemaNode node, JsonElement instance, Evaluated? seen)
    {
        if (!Spend(1))
            return false;
        if (node.Constant is { } constant)
            return constant || Add(new SchemaError(Pointer(), node.Path, "false", "nothing is allowed here"));
        if (++depth > limits.MaxEvaluationDepth)
            Stop($"schemas were applied within one another more than {limits.MaxEvaluationDepth} deep");
        var entered = Enter(node.Resource);
        var valid = stopped is null && Apply(node, instance, seen);
        if (entered)
            scope.RemoveAt(scope.Count - 1);
        depth--;
        return valid;
    }

    /// <summary>Applies a schema to the value at hand without reporting faults.</summary>
    public bool Test(SchemaNode node, JsonElement instance, Evaluated? seen)
    {
        quiet++;
        var valid = Visit(node, instance, seen);
        quiet--;
        return valid;
    }

    /// <summary>Applies a schema to a member's value.</summary>
    public bool Member(SchemaNode node, JsonProperty member)
    {
        path.Add(new PathStep(member, -1));
        var valid = Visit(node, member.Value, null);
        path.RemoveAt(path.Count - 1);
        return valid;
    }

    /// <summary>Applies a schema to an element.</summary>
    public bool Element(SchemaNode node, JsonElement element, int index)
    {
        path.Add(new PathStep(default, index));
        var valid = Visit(node, element, null);
        path.RemoveAt(path.Count - 1);
        return valid;
    }

    /// <summary>Reports a fault.</summary>
    /// <returns>Always false.</returns>
    public bool Fail(Keyword keyword, string message) => quiet > 0 ? false : Add(new SchemaError(Pointer(), keyword.Path, keyword.Name, message));

    /// <summary>Reports a fault whose words must be made first.</summary>
    public bool Fail(Keyword keyword, Func<string> message) => quiet > 0 ? false : Fail(keyword, message());

    /// <summary>Counts work. All loops over outside values pass here.</summary>
    /// <returns>False when there is none left; the validation then ends undecided.</returns>
    public bool Spend(long steps)
    {
        if (!work.Spend(steps) && stopped is null)
            Stop($"it took more than {work.Spent} steps");
        return stopped is null;
    }

    /// <summary>Runs a pattern; 16 states entered are one step.</summary>
    public bool Matches(Patterns.LinearPattern pattern, string text)
    {
        var most = 16 * work.Left;
        var left = most;
        var matched = pattern.Matches(text, ref left);
        return Spend(((most - left) / 16) + 1) && matched;
    }

    /// <summary>Returns a text decoded; null when no steps are left. Keywords that read one text after the other decode it once.</summary>
    public string? Text(JsonElement instance)
    {
        var raw = JsonMarshal.GetRawUtf8Value(instance);
        if (decoded is { } known && JsonMarshal.GetRawUtf8Value(known.Element) == raw)
            return known.Text;
        if (!Spend(raw.Length / 64))
            return null;
        var text = instance.GetString()!;
        decoded = (instance, text);
        return text;
    }

    private bool Apply(SchemaNode node, JsonElement instance, Evaluated? seen)
    {
        // A neighbour's findings are for neighbours only: each schema collects its own and passes them on when it holds.
        var own = node.NeedsEvaluated || seen is not null ? new Evaluated(instance) : null;
        if (own is not null && !Spend(own.Cost))
            return false;
        var valid = true;
        foreach (var keyword in node.Keywords)
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
        if (scope.Count > 0 && scope[^1] == resource)
            return false;
        scope.Add(resource);
        return true;
    }

    private bool Add(SchemaError error)
    {
        if (quiet == 0 && errors.Count < limits.MaxErrors)
            errors.Add(error);
        return false;
    }

    private void Stop(string reason) => stopped ??= reason;

    private string Pointer()
    {
        if (quiet > 0)
            return "";
        var pointer = new StringBuilder();
        foreach (var step in path)
            pointer.Append('/').Append(JsonPointers.Escape(step.Segment));
        return pointer.ToString();
    }
}
