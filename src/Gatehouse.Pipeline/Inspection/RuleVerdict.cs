using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>The verdict of a rule on one message. The default value passes it.</summary>
/// <remarks>
/// Every message passes all rules, and nearly all of them pass it unchanged. Such a verdict is one null reference, which costs nothing to create and
/// little to copy. Only a demand of a rule is an object.
/// </remarks>
public readonly struct RuleVerdict
{
    private readonly Demand? demand;

    private RuleVerdict(Demand? demand) => this.demand = demand;

    /// <summary>The verdict that passes the message.</summary>
    public static RuleVerdict Pass => default;

    /// <summary>The changes with which the message passes; empty when it passes unchanged.</summary>
    public IReadOnlyList<MessageEdit> Edits => demand?.Edits ?? [];

    /// <summary>The approval of a person that the message needs before it passes; null when it needs none. Only for requests.</summary>
    public ApprovalQuestion? Question => demand?.Question;

    /// <summary>The reason why the message is dropped while the exchange continues; null when it is not.</summary>
    public string? Dropped => demand?.Dropped;

    /// <summary>True for a question of a server that the gateway's own rules refuse, and not for one that the client cannot answer.</summary>
    public bool ByPolicy => demand is { ByPolicy: true };

    /// <summary>True for a question of a server that gets no answer, because it was answered or taken back.</summary>
    internal bool GetsNoAnswer => demand is { GetsNoAnswer: true };

    /// <summary>The reason why the exchange ends with a refusal instead of this message; null when it does not.</summary>
    public Refusal? Refusal => demand?.Refusal;

    /// <summary>
    /// The findings for which a result is withheld until a person has looked at it; null when it is not. Where it cannot be kept,
    /// <see cref="Refusal"/> applies.
    /// </summary>
    internal IReadOnlyList<WithheldFinding>? Withheld => demand?.Withheld;

    /// <summary>The part of the record for a message that does not pass, if it has more than the rule's name and the detail of its refusal.</summary>
    public AuditPart? Part
    {
        get => demand?.Part;
        init => demand = (demand ?? new Demand()) with { Part = value };
    }

    /// <summary>True when the message continues, changed or not.</summary>
    public bool Passes => demand is null or { Dropped: null, Refusal: null };

    /// <summary>Creates a verdict that passes the message with one change.</summary>
    public static RuleVerdict Edit(MessageEdit edit) => Edit([edit]);

    /// <summary>Creates a verdict that passes the message with changes; with none, unchanged.</summary>
    public static RuleVerdict Edit(IReadOnlyList<MessageEdit> edits)
    {
        ArgumentNullException.ThrowIfNull(edits);
        return edits.Count == 0 ? Pass : new(new Demand { Edits = edits });
    }

    /// <summary>Creates a verdict that passes the message when a person approves it, in its form after all edits.</summary>
    public static RuleVerdict Ask(ApprovalQuestion question) => Ask(question, []);

    /// <summary>Creates a verdict that passes the message with changes when a person approves it, in its form after all edits.</summary>
    public static RuleVerdict Ask(ApprovalQuestion question, IReadOnlyList<MessageEdit> edits) =>
        new(new Demand { Question = question, Edits = edits });

    /// <summary>Creates a verdict that drops the message.</summary>
    public static RuleVerdict Drop(string reason) => new(new Demand { Dropped = reason });

    /// <summary>
    /// Creates a verdict that drops a question of a server that the gateway's rules refuse; the server gets an error without the reason.
    /// </summary>
    public static RuleVerdict Forbid(string reason) => new(new Demand { Dropped = reason, ByPolicy = true });

    /// <summary>Creates a verdict that drops a question of a server without an answer: it was answered or taken back.</summary>
    internal static RuleVerdict DropUnanswered(string reason) => new(new Demand { Dropped = reason, GetsNoAnswer = true });

    /// <summary>Creates a verdict that ends the exchange.</summary>
    public static RuleVerdict Refuse(Reason reason, string? detail) => Refuse(new Refusal(reason, detail));

    /// <summary>Creates a verdict that ends the exchange.</summary>
    public static RuleVerdict Refuse(Refusal refusal) => new(new Demand { Refusal = refusal });

    /// <summary>Creates a verdict that withholds a result until a person has looked at it.</summary>
    /// <param name="findings">The findings; at least one.</param>
    /// <param name="otherwise">The refusal where the result cannot be kept.</param>
    internal static RuleVerdict Withhold(IReadOnlyList<WithheldFinding> findings, Refusal otherwise) =>
        new(new Demand { Withheld = findings, Refusal = otherwise });

    /// <summary>The demand of a rule that does not pass a message unchanged.</summary>
    private sealed record Demand
    {
        public IReadOnlyList<MessageEdit>? Edits { get; init; }

        public ApprovalQuestion? Question { get; init; }

        public string? Dropped { get; init; }

        public bool ByPolicy { get; init; }

        public bool GetsNoAnswer { get; init; }

        public Refusal? Refusal { get; init; }

        public IReadOnlyList<WithheldFinding>? Withheld { get; init; }

        public AuditPart? Part { get; init; }
    }
}
