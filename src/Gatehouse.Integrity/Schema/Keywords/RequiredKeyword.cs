using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>required</c>, also as part of <c>dependentRequired</c> and <c>dependencies</c>.</summary>
/// <param name="name">The keyword.</param>
/// <param name="path">The schema's path.</param>
/// <param name="trigger">Only where this member is there, or null for always.</param>
/// <param name="members">The members wanted.</param>
internal sealed class RequiredKeyword(string name, string path, string? trigger, string[] members) : Keyword(name, path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        if (instance.ValueKind != JsonValueKind.Object || (trigger is not null && !instance.TryGetProperty(trigger, out _)))
            return true;
        var valid = true;
        var cost = 1 + (instance.GetPropertyCount() / 8);
        foreach (var member in members)
        {
            if (!evaluation.Spend(cost + (member.Length / 64)))
                return false;
            if (!instance.TryGetProperty(member, out _))
                valid = Lacks(evaluation, member);
            if (!valid && !evaluation.GoesOn)
                return false;
        }

        return valid;
    }

    // Separate, so that the words are made only for a fault.
    private bool Lacks(Evaluation evaluation, string member) => evaluation.Fail(this, () => $"lacks the member \"{member}\"");
}
