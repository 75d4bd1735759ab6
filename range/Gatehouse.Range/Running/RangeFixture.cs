using System.Globalization;
using Gatehouse.Administration.Control;
using Gatehouse.Audit.Search;
using Gatehouse.Configuration;
using Gatehouse.Gateway;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.AdministrationHttp;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline;
using Gatehouse.Settings;

namespace Gatehouse.Range.Running;

/// <summary>Everything one variant starts; gone with it.</summary>
internal sealed class RangeFixture : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-range-");
    private readonly Stack<IAsyncDisposable> owned = new();
    private int folders;
    private string state = "";

    public RangeFixture(RangeIssuer issuer, Toolbox tools)
    {
        Issuer = issuer;
        Tools = tools;
        Canary = new Canary(folder.FullName);
        Backend = "";
    }

    public RangeIssuer Issuer { get; }

    public Toolbox Tools { get; }

    public Canary Canary { get; }

    /// <summary>The resource identifier of the endpoint; set before tokens are made.</summary>
    public string Resource { get; private set; } = "";

    /// <summary>What an exercise wants to remember between its parts, such as the address of a server.</summary>
    public string Backend { get; set; }

    /// <summary>The identity providers at which people sign in; null where the exercise has none.</summary>
    public SignInPlaces? SignIn { get; set; }

    /// <summary>The third-party services that people connect; null where the exercise has none.</summary>
    public ServicePlaces? Services { get; set; }

    /// <summary>A service that only this machine reaches; null where the exercise has none.</summary>
    public Doorbell? Inside { get; set; }

    /// <summary>The channel in which a person learns of questions; null where the exercise has none.</summary>
    public ApproverChat? Chat { get; set; }

    /// <summary>The lines that the attacked system writes for its operators.</summary>
    public AccessLog Log { get; } = new();

    /// <summary>The external decision point that the gateway is to ask; null for none.</summary>
    public DecisionPointSettings? DecisionPoint { get; set; }

    /// <summary>The service whose opinion about texts counts; null for none.</summary>
    public OpinionSettings? Opinion { get; set; }

    /// <summary>Disposes it with the fixture.</summary>
    public T Own<T>(T disposable) where T : IAsyncDisposable
    {
        owned.Push(disposable);
        return disposable;
    }

    /// <summary>A script of the range as a file.</summary>
    public string Script(string name)
    {
        var path = Path.Combine(folder.FullName, name);
        using var source = typeof(RangeFixture).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"there is no script {name}", nameof(name));
        using var file = File.Create(path);
        source.CopyTo(file);
        return path;
    }

    /// <summary>A secret of the gateway in a file that nobody else can read.</summary>
    public SecretReference SecretFile(string value)
    {
        var path = Path.Combine(folder.FullName, "credential");
        File.WriteAllText(path, value);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new SecretReference("file", path);
    }

    /// <summary>Whether what the attacked system keeps of requests holds a text; as an auditor finds it.</summary>
    public Func<string, bool> IsOnRecord { get; set; } = static _ => false;

    /// <summary>Copies a stored credential to another name, as an attacker does who can write the database and cannot read its keys.</summary>
    public Func<string, string, Task> CopyRowAsync { get; set; } = static (_, _) => Task.CompletedTask;

    /// <inheritdoc cref="AttackContext.GrantByAsync"/>
    public Func<AdministrationToken, Task<bool>> GrantAsync { get; set; } = static _ => Task.FromResult(false);

    /// <inheritdoc cref="AttackContext.GrantByProgramAsync"/>
    public Func<bool, Task<bool>> GrantByProgramAsync { get; set; } = static _ => Task.FromResult(false);

    /// <inheritdoc cref="AttackContext.ReviewAsync"/>
    public Func<string, Func<string, bool>, Task<bool>> ReviewAsync { get; set; } = static (_, _) => Task.FromResult(false);

    /// <inheritdoc cref="AttackContext.CountQuestionsAsync"/>
    public Func<Task<int>> CountQuestionsAsync { get; set; } = static () => Task.FromResult(0);

    /// <inheritdoc cref="AttackContext.RememberAsync"/>
    public Func<string, string, Task<bool>> RememberAsync { get; set; } = static (_, _) => Task.FromResult(false);

    /// <inheritdoc cref="AttackContext.ContainAsync"/>
    public Func<string?, Task<bool>> ContainAsync { get; set; } = static _ => Task.FromResult(false);

    /// <inheritdoc cref="AttackContext.ReleaseByAsync"/>
    public Func<string, AdministrationToken, Task<bool>> ReleaseAsync { get; set; } = static (_, _) => Task.FromResult(false);

    /// <inheritdoc cref="AttackContext.AskDecisionAsync"/>
    public Func<string, string, Task<bool>> AskDecisionAsync { get; set; } = static (_, _) => Task.FromResult(false);

    /// <inheritdoc cref="AttackContext.RevokeAsync"/>
    public Func<RangeRevocation, Task> RevokeAsync { get; set; } = static _ => Task.CompletedTask;

    /// <inheritdoc cref="AttackContext.AskForRightAsync"/>
    public Func<string, string, Task<bool>> AskForRightAsync { get; set; } = static (_, _) => Task.FromResult(false);

    /// <summary>The clock of the gateway in exercises that move it.</summary>
    public MovedClock Clock { get; } = new();

    /// <summary>The key ring of the gateway.</summary>
    public string KeyRing => new StateDirectory(state).KeyRing;

    /// <summary>An empty folder of the fixture.</summary>
    public string NewFolder(string name)
    {
        var path = Path.Combine(folder.FullName, name);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    /// <summary>An empty folder of the fixture whose name begins so.</summary>
    public string AnotherFolder(string beginning) =>
        NewFolder(string.Create(CultureInfo.InvariantCulture, $"{beginning}-{Interlocked.Increment(ref folders)}"));

    /// <summary>The administrator changes the policy or the servers; does nothing until a variant says how.</summary>
    public Func<Task> ReloadAsync { get; set; } = static () => Task.CompletedTask;

    /// <summary>Starts the host of the gateway. The library starts another one than the program.</summary>
    public Func<GatewaySettings, GatewayHostOptions, Task<GatewayHost>> StartHost { get; set; } = GatewayHost.StartAsync;

    /// <summary>Starts the gateway as it is shipped, or with the named protection replaced, and returns the server's endpoint there.</summary>
    public async Task<Uri> StartGatewayAsync(Exercise exercise, ServerSettings server, bool isReplaced)
    {
        var origin = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
        state = NewFolder("state");
        IsOnRecord = text => Payloads.Hold(new StateDirectory(state), text) || IsInLog(text);
        var settings = new GatewaySettings
        {
            PublicUrl = origin,
            Listen = new ListenSettings { Url = origin },
            Servers = [server, .. exercise.Beside(server)],
            Rules = exercise.RulesFor(this),
            LimitRules = exercise.Limits,
            Issuers = exercise.IssuersFor(this),
            StateDirectory = state,
            Audit = exercise.Audit,
            Inspection = exercise.Inspection,
            DecisionPoint = DecisionPoint,
            // What the gateway saw itself through a double of another stage would hold the attack back for another reason than the named one.
            Lock = exercise.LockFor(server)
                ?? (!isReplaced || exercise.ReplacedHoldsDefinitions ? null : new LockSettings { FirstUse = FirstUseMode.Off }),
            FoundLock = exercise.FoundLockFor(server),
        };
        settings = exercise.Bound(exercise.ConfigureFor(this, settings), isReplaced);
        Resource = settings.Resource(server);
        var afterwards = settings with
        { Rules = exercise.RulesAfterwards ?? settings.Rules, Servers = exercise.ServersAfterwards(settings.Servers) };
        var options = new GatewayHostOptions
        {
            Replacements = isReplaced ? exercise.Replace(this) : exercise.Surroundings(this),
            ReplaceServices = isReplaced ? exercise.ReplaceServices : null,
            Log = Log,
            Time = exercise.MovesClock ? Clock : TimeProvider.System,
            Reload = () => new ConfigurationResult { Settings = afterwards, Faults = [], SourcePath = "range" },
        };
        await exercise.PrepareStateAsync(this, new StateDirectory(state), isReplaced).ConfigureAwait(false);
        var host = Own(await StartHost(settings, options).ConfigureAwait(false));
        if (exercise.OpensControl)
        {
            Own(new ControlServer(host.State.ControlSocket, GatewayAdministration.ControlOf(host)));
            GrantByProgramAsync = new ProgramOfApprover(this, host.State.ControlSocket).GrantAsync;
        }

        if (await AdministrationListener.StartAsync(host).ConfigureAwait(false) is { } administration) Own(administration);
        ReloadAsync = host.ReloadAsync;
        GrantAsync = by => new ApproverAtGateway(host, Issuer).GrantAsync(by);
        ReviewAsync = (person, isExpected) => new ApproverAtGateway(host, Issuer).GrantAsync(new AdministrationToken(person), isExpected: isExpected);
        CountQuestionsAsync = () => new ApproverAtGateway(host, Issuer).CountAsync();
        RememberAsync = (person, folder) => new ApproverAtGateway(host, Issuer).GrantAsync(new AdministrationToken(person), "under:" + folder);
        AskForRightAsync = (person, rule) => new PersonAtGateway(host, Issuer).AskAsync(person, rule);
        ContainAsync = tool => new AdministratorAtGateway(host, Issuer).ContainAsync(tool);
        AskDecisionAsync = new ApplicationAtGateway(host, Issuer).IsPermittedAsync;
        ReleaseAsync = (tool, by) => new AdministratorAtGateway(host, Issuer).ReleaseAsync(tool, by);
        return new Uri(Resource);
    }

    /// <summary>Makes the stage for one endpoint.</summary>
    public AttackContext ContextAt(Uri endpoint) =>
        new(endpoint, Resource.Length == 0 ? endpoint.ToString() : Resource, Issuer, Canary)
        {
            IsOnRecord = IsOnRecord,
            CopyRowAsync = CopyRowAsync,
            GrantByAsync = GrantAsync,
            GrantByProgramAsync = GrantByProgramAsync,
            ReviewAsync = ReviewAsync,
            CountQuestionsAsync = CountQuestionsAsync,
            ReloadAsync = ReloadAsync,
            RememberAsync = RememberAsync,
            ContainAsync = ContainAsync,
            ReleaseByAsync = ReleaseAsync,
            AskDecisionAsync = AskDecisionAsync,
            RevokeAsync = RevokeAsync,
            AskForRightAsync = AskForRightAsync,
            Pass = Clock.Pass,
            SignInPlaces = SignIn,
            Services = Services,
            Inside = Inside,
            Chat = Chat,
            Written = () => new WrittenText(Log, state.Length == 0 ? null : state),
        };

    // As an investigator with the keys reads it: what a caller made up is sealed.
    private bool IsInLog(string text) =>
        OpenedLog.Read(new StateDirectory(state).Audit, TimeProvider.System)
            .Any(entry => entry.GetRawText().Contains(text, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        while (owned.TryPop(out var last)) await last.DisposeAsync().ConfigureAwait(false);
        folder.Delete(recursive: true);
    }
}
