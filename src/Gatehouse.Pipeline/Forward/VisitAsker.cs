using System.Security.Cryptography;
using System.Text;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Forward;

/// <summary>
/// The asking of a client of the modern era to let the person visit a page, by a result that asks for input. The client sends the request again when
/// the person opened the page, and the request then waits a while for the end of the visit.
/// </summary>
/// <param name="handles">Seals the states of the rounds.</param>
/// <param name="visits">The visits.</param>
internal sealed class VisitAsker(IStateHandles handles, IVisits visits)
{
    /// <summary>The most rounds in which one request waits for a visit. The next answer is an error with the link.</summary>
    public const int MostRounds = 24;

    /// <summary>Waits for the visit for which a request came again.</summary>
    public ValueTask AwaitAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return IsVisiting(exchange) && exchange.Subject is { } caller ? visits.AwaitAsync(caller, exchange.Server, cancellation) : default;
    }

    /// <summary>Returns the refusal that asks the client, or the given one, with the link in its error, where the client cannot be asked.</summary>
    public Refusal Ask(Exchange exchange, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(refusal);
        var message = exchange.Message;
        if (message is null || refusal.Visit is not { } visit || !exchange.MayAskForInput) return refusal;
        if (!ClientCapabilityReader.Read(message, EnvelopeMember.MetaClientCapabilities).HasFlag(ClientCapabilities.UrlElicitation)) return refusal;
        var isAgain = exchange.Continued is { Kind: StateKind.Visit };
        if (isAgain && !IsVisiting(exchange)) return refusal; // the person declined
        var rounds = isAgain ? exchange.Continued!.Rounds + 1 : 1;
        var state = new RequestState(StateKind.Visit)
        {
            ApprovalId = VisitForm.IdOf(visit),
            Digest = SHA256.HashData(Encoding.UTF8.GetBytes(visit.Url)),
            Rounds = rounds,
            Server = message.Part(EnvelopeMember.ParamsRequestState),
            Responses = message.Part(EnvelopeMember.ParamsInputResponses),
        };
        if (rounds > MostRounds || state.Server.Length + state.Responses.Length > RequestState.MostCarriedBytes) return refusal;
        if (handles.SealOnce(exchange, state) is not { } envelope) return refusal;
        // The page is open already: a further round asks for nothing.
        return refusal with { Continuation = envelope, Inputs = isAgain ? default : VisitForm.WriteInputRequests(visit) };
    }

    // An answer to URL mode has an action and no content (MCP, elicitation). A further round has no answer.
    private static bool IsVisiting(Exchange exchange) => exchange.Continued is { Kind: StateKind.Visit } state
        && (state.Rounds > 1 || exchange.Questions.Choice is ConfirmationChoice.WithoutChoice);
}
