namespace Gatehouse.Gateway.Registrations;

/// <summary>A registration beside the use that it is meant for.</summary>
/// <param name="App">The registration.</param>
/// <param name="Demands">The use.</param>
internal sealed record Examination(AppRegistration App, RegistrationDemands Demands)
{
    /// <summary>Whether the application is a local server.</summary>
    public bool IsLocal => Demands.Kind == RegisteredKind.Local;

    /// <summary>The application in a command of <c>az</c>.</summary>
    public string Id => App.AppId?.ToString("D") ?? "APP-ID";

    /// <summary>Returns a command that changes members of the registration.</summary>
    /// <param name="body">The members, as JSON without a quotation mark of the shell.</param>
    public string Patch(string body) =>
        $"az rest --method PATCH --url https://graph.microsoft.com/v1.0/applications/{App.ObjectId?.ToString("D") ?? "OBJECT-ID"} "
        + $"--headers Content-Type=application/json --body '{body}'";
}
