namespace Gatehouse.Range.Running;

/// <summary>
/// All that a script gets: where the server is, what the attacker and the legitimate user hold, and the canary. Nothing in it
/// tells one variant from another.
/// </summary>
/// <param name="Endpoint">The MCP endpoint.</param>
/// <param name="Resource">The resource identifier that tokens for the endpoint name.</param>
/// <param name="Issuer">The identity provider; scripts of attackers use what is public of it, or tokens they are given.</param>
/// <param name="Canary">The canary.</param>
internal sealed record AttackContext(Uri Endpoint, string Resource, RangeIssuer Issuer, Canary Canary)
{
    /// <summary>Whether what the attacked system keeps of requests holds a text.</summary>
    public Func<string, bool> IsOnRecord { get; init; } = static _ => false;

    /// <summary>Copies a stored credential to another name, in the database that the attacker can write.</summary>
    public Func<string, string, Task> CopyRowAsync { get; init; } = static (_, _) => Task.CompletedTask;

    /// <summary>
    /// A person with a token for administration looks at the call that waits for an approval, and grants it. Returns whether the grant was taken.
    /// </summary>
    public Func<AdministrationToken, Task<bool>> GrantByAsync { get; init; } = static _ => Task.FromResult(false);

    /// <summary>
    /// A program under the approver's account grants the call that waits: with a terminal that it made, or without one. Returns whether the grant was
    /// taken.
    /// </summary>
    public Func<bool, Task<bool>> GrantByProgramAsync { get; init; } = static _ => Task.FromResult(false);

    /// <summary>
    /// A person looks at the screen with the question about the call that waits, and grants it where the text on the screen is as expected. Returns
    /// whether the grant was taken.
    /// </summary>
    public Func<string, Func<string, bool>, Task<bool>> ReviewAsync { get; init; } = static (_, _) => Task.FromResult(false);

    /// <summary>Returns the number of calls about which people are asked at this moment.</summary>
    public Func<Task<int>> CountQuestionsAsync { get; init; } = static () => Task.FromResult(0);

    /// <summary>As <see cref="GrantAsync"/>, and the answer also holds for later calls in a folder. Returns whether the grant was taken.</summary>
    public Func<string, string, Task<bool>> RememberAsync { get; init; } = static (_, _) => Task.FromResult(false);

    /// <summary>A person asks for the right of a rule, with a token for administration. Returns whether the request was taken.</summary>
    public Func<string, string, Task<bool>> AskForRightAsync { get; init; } = static (_, _) => Task.FromResult(false);

    /// <summary>The administrator puts the rules and servers in force that the exercise has for afterwards.</summary>
    public Func<Task> ReloadAsync { get; init; } = static () => Task.CompletedTask;

    /// <summary>Time passes, in exercises that move the clock of the gateway.</summary>
    public Action<TimeSpan> Pass { get; init; } = static _ => { };

    /// <summary>An administrator contains a tool, or the server for null. Returns whether it is contained.</summary>
    public Func<string?, Task<bool>> ContainAsync { get; init; } = static _ => Task.FromResult(false);

    /// <summary>
    /// A program with a token of the administrator releases a contained tool. Returns whether it is released.
    /// </summary>
    public Func<string, AdministrationToken, Task<bool>> ReleaseByAsync { get; init; } = static (_, _) => Task.FromResult(false);

    /// <summary>
    /// Another application asks the decision point whether a person may call a tool of the first server. Returns whether it permits that.
    /// </summary>
    public Func<string, string, Task<bool>> AskDecisionAsync { get; init; } = static (_, _) => Task.FromResult(false);

    /// <summary>The security team adds a person to the list of revocations.</summary>
    public Func<RangeRevocation, Task> RevokeAsync { get; init; } = static _ => Task.CompletedTask;

    /// <summary>The identity providers at which people sign in.</summary>
    public SignInPlaces? SignInPlaces { get; init; }

    /// <summary>The third-party services that people connect.</summary>
    public ServicePlaces? Services { get; init; }

    /// <summary>A service that only the attacked machine reaches.</summary>
    public Doorbell? Inside { get; init; }

    /// <summary>The channel in which a person, and the agent, read of questions.</summary>
    public ApproverChat? Chat { get; init; }

    /// <summary>Everything that the attacked system wrote, for an attacker who can read its files.</summary>
    public required Func<WrittenText> Written { get; init; }

    /// <summary>The honest user's name.</summary>
    public const string Victim = "alice";

    /// <summary>The attacker's name where the attacker has an account.</summary>
    public const string Attacker = "mallory";

    /// <summary>The same, by a token of a client that makes no calls.</summary>
    public Task<bool> GrantAsync(string person) => GrantByAsync(new AdministrationToken(person));

    /// <summary>Bob, who is an administrator, releases a contained tool with a client that makes no calls. Returns whether it is released.</summary>
    public Task<bool> ReleaseAsync(string tool) => ReleaseByAsync(tool, new AdministrationToken(AdministratorAtGateway.Person));

    /// <summary>A client with a person's own good token.</summary>
    public RangeClient As(string person) => With(Issuer.Mint(person, Resource));

    /// <summary>A program of a person's, registered under an id of its own, with her good token.</summary>
    public RangeClient As(string person, string program) => With(Issuer.Mint(person, Resource, claims => claims["client_id"] = program));

    /// <summary>A client with any token, or with none.</summary>
    public RangeClient With(string? token) => new(Endpoint, token);
}
