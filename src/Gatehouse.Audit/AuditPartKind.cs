namespace Gatehouse.Audit;

/// <summary>The kind of act of a part of an entry. The written words are in <see cref="AuditPartKinds"/>.</summary>
public enum AuditPartKind
{
    /// <summary>A credential was verified or refused.</summary>
    Authentication,

    /// <summary>The policy, or a decision point that it names, permitted or denied.</summary>
    Decision,

    /// <summary>An opinion about content: a detector or the inspection of metadata found something.</summary>
    Detection,

    /// <summary>A person approved or refused.</summary>
    Approval,

    /// <summary>A bound was reached: on rate, time, memory or the log itself.</summary>
    Limit,

    /// <summary>The gateway changed a message.</summary>
    Change,

    /// <summary>A definition was in force for a call, or withheld.</summary>
    Definition,

    /// <summary>A server could not be reached, or failed.</summary>
    Forward,

    /// <summary>A rule of the gateway, on the form or the order of messages, was broken.</summary>
    Rule,
}
