using System.Globalization;

namespace Gatehouse.Administration;

/// <summary>
/// An action of an administrator: its name, its effect on rights, and the evidence that the administrator must show. It works over the interfaces of
/// <see cref="AdministrationParts"/> and knows neither sockets nor pages; the way in renders its result.
/// </summary>
/// <remarks>The record is what travels. Its public members are those of the body; what the act says of itself is internal.</remarks>
internal abstract record AdministrativeAction
{
    /// <summary>The name in the audit log, after <c>control.</c>.</summary>
    internal abstract string Name { get; }

    /// <summary>Its row in the table of acts.</summary>
    internal abstract ActRow Row { get; }

    /// <summary>The record that travels for it.</summary>
    internal virtual AdministrativeAction Wire => this;

    /// <summary>The reason or purpose in the administrator's words; empty for none.</summary>
    internal virtual string Given => "";

    /// <summary>The effect of the action on rights.</summary>
    internal abstract ActionEffect Effect { get; }

    /// <summary>The evidence that the administrator must show.</summary>
    internal virtual ActionStrength Strength => ActionStrength.Account;

    /// <summary>
    /// The evidence where no system account is at the other end, as over HTTP. An act for which the account is enough needs an administrator there.
    /// </summary>
    internal virtual ActionStrength RemoteStrength => Strength == ActionStrength.Account ? ActionStrength.Person : Strength;

    /// <summary>The evidence of a token, where one is given on the control socket. A token is never worth more than over HTTP.</summary>
    internal virtual ActionStrength TokenStrength => Strength;

    /// <summary>The facts of the entry in addition to account and outcome.</summary>
    internal virtual IReadOnlyList<KeyValuePair<string, string>> Facts => Named();

    /// <summary>
    /// The facts of the entry of an act that was refused, with its target not checked. Threat: a fact in clear stays in the log, where no erasure
    /// reaches it, so it holds words of the asking program only in a known form.
    /// </summary>
    internal virtual IReadOnlyList<KeyValuePair<string, string>> RefusedFacts => Facts;

    /// <summary>
    /// Returns whether a refusal of the act shows that the gateway has its target. The id of the target is then one that the gateway made, and the
    /// entry has it in clear (<see cref="Facts"/>). Any other id is a word of the asking program. It is asked only for a refusal of the run of the
    /// act, and compares the word of the refusal (<see cref="ActionRefusal.Why"/>).
    /// </summary>
    /// <param name="refusal">The refusal.</param>
    public virtual bool HasTarget(ActionRefusal refusal) => false;

    /// <summary>Returns the facts of the entry that follow from the result of an action that was done.</summary>
    public virtual IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result) => [];

    /// <summary>Returns whether an action that discloses leaves an entry for its result.</summary>
    public virtual bool LeavesEntry(object result) => true;

    /// <summary>Returns whether it is a further part of an action that was done for this person: its obligation was met then.</summary>
    public virtual bool ContinuesDone(AdministrationParts parts, Administrator by) => false;

    /// <summary>True for an action that a signed answer of a webhook can be. It is no other action, so that a signature opens nothing else.</summary>
    internal virtual bool TakesSignedAnswers => false;

    /// <summary>
    /// True for an action that may be done by the token of a client that makes calls. By default no action that gives a right is one.
    /// </summary>
    internal virtual bool TakesCallingClients => Effect != ActionEffect.Grants;

    /// <summary>True for an action that leaves no time for an entry after it.</summary>
    internal virtual bool IsRecordedFirst => false;

    /// <summary>Returns whether this host offers the action.</summary>
    public abstract bool IsOffered(AdministrationParts parts);

    /// <summary>Returns the reason why the request has no target that the action could apply to, or null when it has.</summary>
    public virtual ActionRefusal? Fault(AdministrationParts parts) => null;

    /// <summary>
    /// Returns why the act cannot be done now, such as for a target that does not exist; null where it can, or where only the act itself finds out.
    /// It is asked before a second person is, so that no person looks at an act that cannot be done.
    /// </summary>
    /// <param name="parts">The parts of the host.</param>
    /// <param name="by">The person who asks for the act.</param>
    public virtual Task<ActionRefusal?> ImpossibleAsync(AdministrationParts parts, Administrator by) =>
        Task.FromResult<ActionRefusal?>(null);

    /// <summary>Runs the action, which was authorized.</summary>
    public abstract Task<ActionOutcome> DoAsync(AdministrationParts parts, Administrator by);

    /// <summary>Returns the facts that entries of a gateway have always had, whether the act names them or not.</summary>
    private protected static IReadOnlyList<KeyValuePair<string, string>> Named(string subject = "", string session = "", string about = "") =>
        [KeyValuePair.Create("subject", subject), KeyValuePair.Create("session", session), KeyValuePair.Create("about", about)];

    /// <summary>Returns the fact with the reason that the administrator gave; free text, empty when none was given.</summary>
    private protected static KeyValuePair<string, string> StatedReason(string reason) => KeyValuePair.Create("statedReason", reason);

    /// <summary>Returns a fact with a number.</summary>
    private protected static KeyValuePair<string, string> Count(string name, int number) =>
        KeyValuePair.Create(name, number.ToString(CultureInfo.InvariantCulture));
}

/// <summary>An action with the type of its result.</summary>
/// <typeparam name="TResult">The type of its result.</typeparam>
internal abstract record AdministrativeAction<TResult> : AdministrativeAction
    where TResult : class
{
    /// <inheritdoc />
    public sealed override async Task<ActionOutcome> DoAsync(AdministrationParts parts, Administrator by) =>
        await RunAsync(parts, by).ConfigureAwait(false);

    /// <summary>Runs the action, which was authorized.</summary>
    protected abstract Task<ActionOutcome<TResult>> RunAsync(AdministrationParts parts, Administrator by);
}
