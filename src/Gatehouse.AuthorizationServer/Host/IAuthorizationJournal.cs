using Gatehouse.Identity.Partitions;

namespace Gatehouse.AuthorizationServer.Host;

/// <summary>The record of the authorization server: events, and alarms that need a person's attention. No token, code or secret is a fact.</summary>
internal interface IAuthorizationJournal
{
    /// <summary>
    /// True while events can be recorded. While they cannot, the server gives no grant, code or token. What is withdrawn ends nevertheless (AU-06).
    /// </summary>
    bool IsAvailable { get; }

    /// <summary>Records an event, such as <c>oauth.token</c>.</summary>
    void Note(string act, params (string Name, string Value)[] facts);

    /// <summary>Records an event, such as <c>oauth.grant</c>, and returns when it is on stable storage.</summary>
    /// <returns>False when it could not be made durable.</returns>
    ValueTask<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts);

    /// <summary>
    /// Records what anyone can cause without a right, such as <c>oauth.fault</c>. It takes the part of the record that belongs to the sender's
    /// address block, and above a rate such events are counted in one: a stranger's requests do not fill the record of all.
    /// </summary>
    /// <returns>The id of the entry, by which an administrator finds it. An entry that was only counted is not found.</returns>
    string NoteOf(CallerPartition peer, string act, params (string Name, string Value)[] facts);

    /// <summary>
    /// Records an attempt to authenticate (ID-08). One that was refused at an endpoint for programs is an entry (<c>oauth.client.refused</c>), with
    /// the bound of <see cref="NoteOf"/>. All others are counted: for the end of a sign-in there is an entry with its facts already.
    /// </summary>
    /// <param name="peer">The sender.</param>
    /// <param name="place">The endpoint.</param>
    /// <param name="refusal">The reason for the refusal; null where it was accepted.</param>
    /// <param name="client">The id of the client, where it is known; null otherwise. A text that only the sender chose is not an id.</param>
    void Attempt(CallerPartition peer, AttemptEndpoint place, string? refusal, string? client = null);

    /// <summary>
    /// Records that a sign-in at a provider failed (<c>oauth.signin.fault</c>). It takes the part of the sender's address block. Unless the person
    /// said no, the operator gets a line too: a secret that has expired lets no person in.
    /// </summary>
    /// <param name="peer">The sender.</param>
    /// <param name="provider">The name of the provider in the configuration.</param>
    /// <param name="fault">The code of the fault.</param>
    void SignInFailed(CallerPartition peer, string provider, string fault);

    /// <summary>
    /// Raises an alarm, such as <c>code-reuse</c> or <c>refresh-reuse</c>: a metric, a line of <c>gatehouse status</c>, a line for the operator,
    /// and an event of its own kind. Returns when the event is on stable storage, or is counted as lost because the record cannot be written.
    /// </summary>
    /// <remarks>
    /// The event takes the operator's part of the record, up to a rate for one person, because the person whose tokens were stolen pays for nothing.
    /// </remarks>
    ValueTask AlarmAsync(string kind, params (string Name, string Value)[] facts);

    /// <summary>
    /// Raises an alarm that anyone can cause without a right, such as <c>state-reuse</c>. Its event takes the part of the sender's address block.
    /// </summary>
    void AlarmOf(CallerPartition peer, string kind, params (string Name, string Value)[] facts);
}
