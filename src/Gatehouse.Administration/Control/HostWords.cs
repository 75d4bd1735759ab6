namespace Gatehouse.Administration.Control;

/// <summary>Words about the host itself: its state, reload, drain, stop, the loss of its store, and tokens of its own issuer.</summary>
internal static class HostWords
{
    /// <summary>The word for a token of the gateway's own issuer, which only a gateway of <c>--dev</c> has.</summary>
    public const string Token = "token";

    private const int DefaultPatienceSeconds = 30;

    public static ControlWords All { get; } = new(
        [
            new("status", [], static _ => new ShowStatus()),
            new("reload", ["value"], static request => new Reload(request.Value)),
            new("drain", ["seconds"], static request => new Drain(TimeSpan.FromSeconds(request.Seconds ?? DefaultPatienceSeconds))),
            new(Token, ["server", "subject", "client", "scopes", "seconds"], ReadToken),
            new("stop", [], static _ => new StopHost()),
            new("store.acknowledge", [], static _ => new AcknowledgeStoreAlarm()),
        ],
        static act => act switch
        {
            ShowStatus => new ControlRequest { Verb = "status" },
            Reload reload => new ControlRequest { Verb = "reload", Value = reload.File },
            Drain drain => new ControlRequest { Verb = "drain", Seconds = (int)drain.Patience.TotalSeconds },
            IssueDevelopmentToken issue => Of(issue),
            StopHost => new ControlRequest { Verb = "stop" },
            AcknowledgeStoreAlarm => new ControlRequest { Verb = "store.acknowledge" },
            _ => null,
        });

    private static ControlRequest Of(IssueDevelopmentToken issue) => new()
    {
        Verb = Token,
        Server = issue.Server,
        Subject = issue.Subject,
        Client = issue.Client,
        Scopes = issue.Scopes,
        Seconds = (int?)issue.Lifetime?.TotalSeconds,
    };

    private static ControlReading ReadToken(ControlRequest request) => new IssueDevelopmentToken(
        request.Server, request.Subject, request.Client, request.Scopes, request.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
}
