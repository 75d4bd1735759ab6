using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Identity.Client;
using Microsoft.Identity.Client.Broker;

namespace EntraLocalServer;

/// <summary>Gets tokens for Microsoft Graph: from the cache where it can, else from the person.</summary>
public sealed class SignIn(EntraOptions options, HttpClient http, ILogger<SignIn> logger) : IMsalHttpClientFactory, IDisposable
{
    // The smallest permission that reads one's own profile.
    private static readonly string[] Scopes = ["User.Read"];

    // A person who does not come back must not hold the tool forever.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim gate = new(1, 1);
    private IPublicClientApplication? application;
    private bool hasBroker;

    /// <summary>An access token for the person who uses this server.</summary>
    /// <exception cref="MsalException">The person did not sign in, or the login service refused.</exception>
    /// <exception cref="OperationCanceledException">The caller or the time ended it.</exception>
    public async Task<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        // Two calls at the same time ask the person once.
        await gate.WaitAsync(cancellationToken);
        try
        {
            application ??= await CreateAsync();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            return (await AcquireAsync(application, limit.Token)).AccessToken;
        }
        finally
        {
            gate.Release();
        }
    }

    HttpClient IMsalHttpClientFactory.GetHttpClient() => http;

    public void Dispose() => gate.Dispose();

    private async Task<AuthenticationResult> AcquireAsync(IPublicClientApplication client, CancellationToken cancellationToken)
    {
        var account = (await client.GetAccountsAsync()).FirstOrDefault()
            ?? (hasBroker && OperatingSystem.IsWindows() ? PublicClientApplication.OperatingSystemAccount : null);
        try
        {
            if (account is not null) return await client.AcquireTokenSilent(Scopes, account).ExecuteAsync(cancellationToken);
        }
        catch (MsalUiRequiredException)
        {
            // The refresh token ended, or consent was withdrawn: the person has to come.
        }

        if (options.SignIn == "deviceCode")
        {
            return await client.AcquireTokenWithDeviceCode(Scopes, static code => Console.Error.WriteLineAsync(code.Message))
                .ExecuteAsync(cancellationToken);
        }

        try
        {
            return await client.AcquireTokenInteractive(Scopes).WithAccount(account).WithUseEmbeddedWebView(false).ExecuteAsync(cancellationToken);
        }
        catch (MsalClientException exception) when (hasBroker && exception.ErrorCode != MsalError.AuthenticationCanceledError)
        {
            LogNoBroker(exception.ErrorCode);
            application = await CreateAsync(withBroker: false);
            return await application.AcquireTokenInteractive(Scopes).WithUseEmbeddedWebView(false).ExecuteAsync(cancellationToken);
        }
    }

    private async Task<IPublicClientApplication> CreateAsync(bool withBroker = true)
    {
        hasBroker = false;
        var client = withBroker && options is { Broker: true, SignIn: "interactive" } ? WithBroker() : null;
        hasBroker = client is not null;
        client ??= Builder().WithRedirectUri("http://localhost").Build();
        // The broker keeps its tokens itself; the rest of the cache is protected here.
        await TokenCache.ProtectAsync(client, options.CacheFolder);
        return client;
    }

    private PublicClientApplicationBuilder Builder() => PublicClientApplicationBuilder.Create(options.ClientId)
        .WithAuthority($"{options.Instance.TrimEnd('/')}/{options.TenantId}", validateAuthority: options.InstanceDiscovery)
        .WithInstanceDiscovery(options.InstanceDiscovery)
        .WithHttpClientFactory(this);

    // On Windows the broker (WAM) knows the account of the person already, and keeps tokens bound to the device. Elsewhere it may be absent, and
    // where its libraries are missing it throws instead of saying so.
    private IPublicClientApplication? WithBroker()
    {
        try
        {
            var brokered = Builder().WithDefaultRedirectUri().WithParentActivityOrWindow(ParentWindow)
                .WithBroker(new BrokerOptions(BrokerOptions.OperatingSystems.Windows | BrokerOptions.OperatingSystems.Linux)).Build();
            if (((PublicClientApplication)brokered).IsBrokerAvailable()) return brokered;
            LogNoBroker("none");
        }
        catch (Exception exception) when (exception is MsalException or DllNotFoundException
            or TypeInitializationException or BadImageFormatException)
        {
            LogNoBroker((exception as MsalException)?.ErrorCode ?? exception.GetType().Name);
        }

        return null;
    }

    // A server that a client starts has no window. Without a console's, WAM shows its dialog over the desktop.
    private static nint ParentWindow()
    {
        if (!OperatingSystem.IsWindows()) return 0;
        var console = GetConsoleWindow();
        return console != 0 ? console : GetDesktopWindow();
    }

    [DllImport("kernel32.dll"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint GetConsoleWindow();

    [DllImport("user32.dll"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint GetDesktopWindow();

    private void LogNoBroker(string reason) =>
        logger.LogWarning("The broker of this platform is not available ({Reason}). Sign-in opens the system browser.", reason);
}
