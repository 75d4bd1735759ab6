namespace Gatehouse.Policy.Decisions;

/// <summary>
/// The stable slugs of decisions in the audit log and in answers of the decision service. A replay reads them from logs of earlier versions, so none
/// is renamed.
/// </summary>
public static class DecisionReasons
{
    /// <summary>A rule permits the request.</summary>
    public const string Permitted = "permitted";

    /// <summary>A rule forbids the request.</summary>
    public const string ForbiddenByRule = "forbidden-by-rule";

    /// <summary>No rule permits the request.</summary>
    public const string NoRulePermits = "no-rule-permits";

    /// <summary>The token lacks a scope for which the server or a rule asks.</summary>
    public const string InsufficientScope = "insufficient-scope";

    /// <summary>A permit about the target did not hold. It is a part beside the decision.</summary>
    public const string PermitDidNotHold = "permit-did-not-hold";

    /// <summary>The server has no such name.</summary>
    public const string NotInTheCatalogue = "not-in-the-catalogue";

    /// <summary>
    /// The caller or the target is contained. Questions, remembered answers and releases that end with a containment have it as their cause.
    /// </summary>
    public const string Contained = "contained";

    /// <summary>The caller is revoked. Only the decision service gives it: the gateway refuses such a token before a decision.</summary>
    public const string Revoked = "revoked";

    /// <summary>
    /// The server does not take tokens of the issuer. Only the decision service gives it: the gateway refuses such a token before a decision.
    /// </summary>
    public const string IssuerNotTaken = "issuer-not-taken";

    /// <summary>The external decision point permits the request.</summary>
    public const string PermittedByDecisionPoint = "permitted-by-decision-point";

    /// <summary>The external decision point denies the request.</summary>
    public const string DeniedByDecisionPoint = "denied-by-decision-point";

    /// <summary>The external decision point asks for something that the gateway does not know.</summary>
    public const string DecisionPointObligation = "decision-point-obligation";

    /// <summary>The external decision point cannot be reached.</summary>
    public const string DecisionPointDown = "decision-point-down";

    /// <summary>The external decision point did not answer in time.</summary>
    public const string DecisionPointSlow = "decision-point-slow";

    /// <summary>The answer of the external decision point cannot be used.</summary>
    public const string DecisionPointFault = "decision-point-fault";
}
