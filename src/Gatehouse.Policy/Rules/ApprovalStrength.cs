namespace Gatehouse.Policy.Rules;

/// <summary>The strength of an approval, in rising order.</summary>
public enum ApprovalStrength
{
    /// <summary>A question in the conversation that calls. It stops mistakes, not a hostile agent.</summary>
    Confirm,

    /// <summary>The answer of a person over another channel than the one that calls.</summary>
    Approval,
}
