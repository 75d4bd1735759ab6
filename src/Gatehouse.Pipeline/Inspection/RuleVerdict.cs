using Gatehouse.Audit;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>What a rule decides about one message. The default value passes it.</summary>
/// <remarks>
/// Every message comes by all rules, and nearly all of them pass it as it is: such a verdict is one null reference, which costs nothing to make and
/// little to copy. Only what a rule demands is an object.
/// </remarks>
public readonly struct RuleVerdict
{
    private readonly Demand? demand;

    private RuleVerdict(Demand? demand) => this.demand = demand;

    /// <summary>Passes the message on.</summary>
    public static RuleVerdict Pass => default;

    /// <summary>The changes under which the message passes; empty for one that passes as it is.</summary>
    public IReadOnlyList<MessageEdit> Edits => demand?.Edits ?? [];

    /// <summary>The approval of a person that the message needs before it passes; null when it needs none. Of requests only.</summary>
    public ApprovalQuestion? Question => demand?.Question;

    /// <summary>Why the message is dropped while the exchange goes on; null when it is not.</summary>
    public string? Dropped => demand?.Dropped;

    /// <summary>True for a question of a server that the gateway's own rules refuse, and not for one that the client cannot answer.</summary>
    public bool ByPolicy => demand is { ByPolicy: true };

    /// <summary>Why the exchange ends with a refusal instead of this message; null when it does not.</summary>
    public Refusal? Refusal => demand?.Refusal;

    /// <summary>
    /// What the record says of a message that does not pass, where that is more than the rule's name and the detail of its refusal.
    /// </summary>
    public AuditPart? Part
    {
        get => demand?.Part;
        init => demand = (demand ?? new Demand()) with { Part = value };
    }

    /// <summary>True when the message goes on, changed or not.</summary>
    public bool Passes => demand is null or { Dropped: null, Refusal: null };

    /// <summary>Passes the message on with one change.</summary>
    public static RuleVerdict Edit(MessageEdit edit) => Edit([edit]);

    /// <summary>Passes the message on with changes; with none, as it is.</summary>
    public static RuleVerdict Edit(IReadOnlyList<MessageEdit> edits)
    {
        ArgumentNullException.ThrowIfNull(edits);
        return edits.Count == 0 ? Pass : new(new Demand { Edits = edits });
    }

    /// <summary>Passes the message on when a person approves it, in the form that it has after all edits.</summary>
    public static RuleVerdict Ask(ApprovalQuestion question) => new(new Demand { Question = question });

    /// <summary>Drops the message.</summary>
    public static RuleVerdict Drop(string reason) => new(new Demand { Dropped = reason });

    /// <summary>Drops a question of a server that the gateway's rules refuse; the server gets an error without the reason.</summary>
    public static RuleVerdict Forbid(string reason) => new(new Demand { Dropped = reason, ByPolicy = true });

    /// <summary>Ends the exchange.</summary>
    public static RuleVerdict Refuse(Reason reason, string? detail) => Refuse(new Refusal(reason, detail));

    /// <summary>Ends the exchange.</summary>
    public static RuleVerdict Refuse(Refusal refusal) => new(new Demand { Refusal = refusal });

    /// <summary>What a rule demands that does not pass a message as it is.</summary>
    private sealed record Demand
    {
        public IReadOnlyList<MessageEdit>? Edits { get; init; }

        public ApprovalQuestion? Question { get; init; }

        public string? Dropped { get; init; }

        public bool ByPolicy { get; init; }

        public Refusal? Refusal { get; init; }

        public AuditPart? Part { get; init; }
    }
}
