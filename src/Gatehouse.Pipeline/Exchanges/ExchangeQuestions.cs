using System.Runtime.CompilerServices;
using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Pipeline.Conversations;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>
/// The questions of one exchange: those that people are asked before it continues, their answers, and the question that its message answers.
/// </summary>
public sealed class ExchangeQuestions
{
    private HeldMessages? toClient;
    private StrongBox<ApprovalAnswer>? approval; // few exchanges have one, and none of the others has room for it

    /// <summary>Approvals of a person that the message needs before it continues; empty when it needs none.</summary>
    public IReadOnlyList<ApprovalQuestion> All => OfPolicy.Count == 0 ? OfRules : OfRules.Count == 0 ? OfPolicy : [.. OfPolicy, .. OfRules];

    /// <summary>Those that obligations of the policy require. Each decision replaces them.</summary>
    public IReadOnlyList<ApprovalQuestion> OfPolicy { get; set; } = [];

    /// <summary>Those that the rules for requests require.</summary>
    public IReadOnlyList<ApprovalQuestion> OfRules { get; set; } = [];

    /// <summary>
    /// The approval that the exchange got; null while it has none. It counts once it is used up, directly before the message is sent.
    /// </summary>
    public ApprovalAnswer? Approval
    {
        get => approval?.Value;
        set => approval = value is { } answer ? new StrongBox<ApprovalAnswer>(answer) : null;
    }

    /// <summary>Id of the open question that the exchange waits for; null while there is none.</summary>
    public string? OpenId { get; set; }

    /// <summary>True while the client is asked for a confirmation on the stream of the request.</summary>
    public bool AwaitsConfirmation { get; set; }

    /// <summary>The client's answer to the confirmation that <see cref="Exchange.Continued"/> continues; null when it continues none.</summary>
    public ConfirmationChoice? Choice { get; set; }

    /// <summary>Messages of the stage that holds the exchange, to its client.</summary>
    public HeldMessages ToClient => LazyInitializer.EnsureInitialized(ref toClient, static () => new HeldMessages());

    /// <summary>The question of the gateway that the message answers (legacy era); null when it answers none. No server gets the message.</summary>
    internal OwnQuestion? AnsweredOwn { get; set; }

    /// <summary>The question of the server that the message answers (legacy era), taken by it; null when it answers none.</summary>
    internal ServerQuestion? AnsweredServers { get; set; }

    /// <summary>Findings that a person set aside in the released result that answers the exchange; empty for an answer of the server.</summary>
    internal IReadOnlyList<WithheldFinding> SetAside { get; set; } = [];
}
