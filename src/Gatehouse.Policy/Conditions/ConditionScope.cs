using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Conditions;

/// <summary>The input of a condition: the caller, the request, and the rule that has the condition.</summary>
internal readonly ref struct ConditionScope
{
    private readonly ref readonly PolicyRequest request;

    public ConditionScope(PolicySubject subject, ref readonly PolicyRequest request, PolicyRule rule)
    {
        Subject = subject;
        this.request = ref request;
        Rule = rule;
    }

    public PolicySubject Subject { get; }

    public ref readonly PolicyRequest Request => ref request;

    public PolicyRule Rule { get; }
}
