using System.Text.Json;
using Gatehouse.Integrity.Patterns;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c>, which share one walk over the members.</summary>
internal sealed class PropertiesKeyword(string path, MemberTable named, (LinearPattern Pattern, SchemaNode Node)[] patterns, SchemaNode? additional)
    : Keyword(additional is null ? "properties" : "additionalProperties", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        if (instance.ValueKind != JsonValueKind.Object)
            return true;
        var valid = true;
        var index = 0;
        foreach (var member in instance.EnumerateObject())
        {
            valid &= Member(evaluation, member, out var looked);
            if (looked)
                seen?.Add(index);
            index++;
            if (!evaluation.Spend(1) || (!valid && !evaluation.GoesOn))
                return false;
        }

        return valid;
    }

    private bool Member(Evaluation evaluation, JsonProperty member, out bool looked)
    {
        var valid = true;
        var own = named.Find(member);
        looked = own is not null;
        if (own is not null)
            valid = evaluation.Member(own, member);
        foreach ((var pattern, var node) in patterns)
        {
            if (!evaluation.Matches(pattern, member.Name))
                continue;
            looked = true;
            valid &= evaluation.Member(node, member);
        }

        if (looked || additional is null)
            return valid;
        looked = true;
        return additional.Constant == false
            ? NotAllowed(evaluation, member)
            : evaluation.Member(additional, member);
    }

    // Separate, so that the words are made only for a fault and not for every member.
    private bool NotAllowed(Evaluation evaluation, JsonProperty member) =>
        evaluation.Fail(this, () => $"has the member \"{member.Name}\", which is not allowed");
}
