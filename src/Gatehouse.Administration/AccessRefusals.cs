namespace Gatehouse.Administration;

/// <summary>Refusals of acts about rights for a time.</summary>
internal sealed partial record ActionRefusal
{
    private const string AccessListRemedy = "list requests and rights with: gatehouse access list --all";
    private const string AccessListOverHttp = "the act access.list with \"all\":true has the requests and rights";

    public static ActionRefusal NoRightNamed { get; } =
        new("this is not the id of a rule", "give the id of a rule with 'access', for example warehouse-write") { Why = "no-rule" };

    public static ActionRefusal NoAccessNamed { get; } =
        new("this is not the id of a request for a right", "give an id, as 'gatehouse access list' prints it")
        { Why = "no-access", RemedyOverHttp = "give the member id, as the act access.list has it" };

    public static ActionRefusal NoAccessDuration { get; } =
        new("the time is missing, or it is not from 1 minute to 24 hours", "give the time for which you need the right, e.g. --for 2h")
        { Why = "no-duration", RemedyOverHttp = "give the member seconds, from 60 to 86400" };

    public static ActionRefusal AccessNeedsToken { get; } =
        new("a right is asked for, granted and denied by a person with a token", "give your access token for the administration audience with --token-file")
        { Why = "no-token", RemedyOverHttp = TokenInHeader };

    public static ActionRefusal OnePersonOnly { get; } =
        new("a gateway that runs with --dev has one person, so that no other person could grant a right",
            "start the gateway without --dev, or use a permit without 'access'")
        { Why = "no-token" };

    public static ActionRefusal NotEligible { get; } =
        new("you cannot ask for this right: no rule with 'access' has this id and names you",
            "compare the id, or ask for a permit with 'access' that names you or one of your groups")
        { Why = "not-eligible" };

    public static ActionRefusal GranterIsRequester { get; } =
        new("you asked for this right yourself", "ask another person who may grant it") { Why = "approver-is-requester" };

    public static ActionRefusal NoRightToRevoke { get; } =
        new("you may not revoke this right",
            "ask an administrator, one of the people who may grant the right, or the person who has it")
        { Why = "no-right-to-revoke" };

    public static ActionRefusal AccessNotRecorded { get; } =
        new("the request is stored, and it cannot be granted yet, because the audit log cannot be written",
            "make room for the audit log; the gateway then writes the entry, and people can grant the request")
        { Why = "not-recorded" };

    public static ActionRefusal AccessOfEntra { get; } =
        new("Entra Privileged Identity Management gives this right and ends it, and no person grants or revokes it here",
            "activate or deactivate it in Privileged Identity Management; to stop the person immediately, use: gatehouse contain user")
        {
            Why = "entra-right",
            RemedyOverHttp = "activate or deactivate it in Privileged Identity Management; to stop the person immediately, send contain with \"target\":{\"kind\":\"user\", …}",
        };

    /// <summary>Makes a refusal for an id that no request has, or one that is over.</summary>
    public static ActionRefusal UnknownAccess(string id) =>
        new($"there is no request {id}, or its right has ended", AccessListRemedy) { Why = AccessActs.Unknown, RemedyOverHttp = AccessListOverHttp };

    /// <summary>Makes a refusal for a time that is longer than the rule lets people have the right.</summary>
    /// <param name="longest">The longest time, in words.</param>
    public static ActionRefusal LongAccess(string longest) =>
        new($"this right is granted for at most {longest}", "ask for a shorter time") { Why = "long-duration" };

    /// <summary>Makes a refusal for a right that the person has, or has asked for.</summary>
    /// <param name="id">The request.</param>
    /// <param name="isActive">True for a right, false for a request that is open.</param>
    public static ActionRefusal AccessThere(string? id, bool isActive) => new(
        isActive ? $"you have this right already, by {id ?? "another request"}" : $"you have asked for this right already, by {id ?? "another request"}",
        isActive ? "use it, or revoke it and ask again" : "wait for an answer, or revoke the request and ask again")
    { Why = "there-already" };

    /// <summary>Makes a refusal where as many requests are open, or as many rights active, as there may be.</summary>
    /// <param name="what">What there are too many of, in words.</param>
    public static ActionRefusal TooMuchAccess(string what) => new($"there are as many {what} as there may be", "revoke some that are not needed any more")
    { Why = "too-many" };

    /// <summary>Makes a refusal for a person who may not grant a right.</summary>
    public static ActionRefusal NoRightToGrant(string subject, string rule) =>
        new($"{subject} may not grant the right {rule}", "name the person in 'grantedBy' of the rule") { Why = "no-right-to-grant" };
}
