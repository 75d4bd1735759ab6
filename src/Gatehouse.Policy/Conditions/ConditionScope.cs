using Gatehouse.Policy.Matching;

namespace Gatehouse.Policy.Conditions;

/// <summary>The input of a condition: the caller, the request, and the resources that its rule names.</summary>
internal readonly ref struct ConditionScope
{
    private readonly ref readonly PolicyRequest request;

    public ConditionScope(PolicySubject subject, ref readonly PolicyRequest request, UriSet? resources)
    {
        Subject = subject;
        this.request = ref request;
        Resources = resources;
    }

    public PolicySubject Subject { get; }

    public ref readonly PolicyRequest Request => ref request;

    /// <summary>The resource patterns of the rule that has the condition, or null where it names none.</summary>
    public UriSet? Resources { get; }
}
