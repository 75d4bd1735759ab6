using Gatehouse.Audit;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>What a rule decides about one message. The default value passes it.</summary>
public readonly struct RuleVerdict
{
    private RuleVerdict(IReadOnlyList<MessageEdit>? edits, string? dropped, Refusal? refusal)
    {
        Edits = edits ?? [];
        Dropped = dropped;
        Refusal = refusal;
    }

    /// <summary>Passes the message on.</summary>
    public static RuleVerdict Pass => default;

    /// <summary>The changes under which the message passes; empty for one that passes as it is.</summary>
    public IReadOnlyList<MessageEdit> Edits { get => field ?? []; }

    /// <summary>The approval of a person that the message needs before it passes; null when it needs none. Of requests only.</summary>
    public ApprovalQuestion? Question { get; private init; }

    /// <summary>Why the message is dropped while the exchange goes on; null when it is not.</summary>
    public string? Dropped { get; }

    /// <summary>True for a question of a server that the gateway's own rules refuse, and not for one that the client cannot answer.</summary>
    public bool ByPolicy { get; private init; }

    /// <summary>Why the exchange ends with a refusal instead of this message; null when it does not.</summary>
    public Refusal? Refusal { get; }

    /// <summary>
    /// What the record says of a message that does not pass, where that is more than the rule's name and the detail of its refusal.
    /// </summary>
    public AuditPart? Part { get; init; }

    /// <summary>True when the message goes on, changed or not.</summary>
    public bool Passes => Dropped is null && Refusal is null;

    /// <summary>Passes the message on with one change.</summary>
    public static RuleVerdict Edit(MessageEdit edit) => new([edit], null, null);

    /// <summary>Passes the message on with changes; with none, as it is.</summary>
    public static RuleVerdict Edit(IReadOnlyList<MessageEdit> edits) => new(edits, null, null);

    /// <summary>Passes the message on when a person approves it, in the form that it has after all edits.</summary>
    public static RuleVerdict Ask(ApprovalQuestion question) => new(null, null, null) { Question = question };

    /// <summary>Drops the message.</summary>
    public static RuleVerdict Drop(string reason) => new(null, reason, null);

    /// <summary>Drops a question of a server that the gateway's rules refuse; the server gets an error without the reason.</summary>
    public static RuleVerdict Forbid(string reason) => new(null, reason, null) { ByPolicy = true };

    /// <summary>Ends the exchange.</summary>
    public static RuleVerdict Refuse(Reason reason, string? detail) => new(null, null, new Refusal(reason, detail));

    /// <summary>Ends the exchange.</summary>
    public static RuleVerdict Refuse(Refusal refusal) => new(null, null, refusal);
}
