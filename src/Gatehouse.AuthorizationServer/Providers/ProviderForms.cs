using System.Text;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>Sends forms to the endpoints of a provider at which the gateway authenticates as a client (RFC 6749 §2.3.1).</summary>
/// <param name="clientId">The client id of the gateway.</param>
/// <param name="clientSecret">Its secret; null for a public client.</param>
/// <param name="poster">Sends the form.</param>
/// <param name="secrets">Reads the secret, at each request, so that a changed secret is used.</param>
/// <param name="faults">The faults of this provider.</param>
/// <param name="time">The clock of the time limit.</param>
internal sealed class ProviderForms(
    string clientId, SecretReference? clientSecret, IFormPoster poster, Func<SecretReference, SecretText> secrets, SignInFaults faults,
    TimeProvider time)
{
    /// <summary>The longest that a request may take.</summary>
    public static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(10);

    /// <summary>The largest answer that is read, in bytes. It is stored sealed.</summary>
    public const int LargestAnswer = 32 * 1024;

    /// <summary>Sends a form.</summary>
    /// <param name="endpoint">The address.</param>
    /// <param name="takes">The provider, by the ways in which it takes a client's secret.</param>
    /// <param name="parameters">The parameters, apart from the client's own.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="SignInException">The provider cannot be reached, or the gateway cannot authenticate there.</exception>
    public async Task<FetchedDocument> PostAsync(
        Uri endpoint, ProviderEndpoints takes, IReadOnlyList<(string Name, string Value)> parameters, CancellationToken cancellation)
    {
        using var basic = Basic(takes);
        var form = Form(parameters, isSecretInForm: clientSecret is not null && basic is null);
        try
        {
            return await SendAsync(endpoint, form, basic, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Array.Clear(form);
        }
    }

    private async Task<FetchedDocument> SendAsync(Uri endpoint, byte[] form, SecretText? basic, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(LongestRequest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            return await poster.PostAsync(endpoint, form, basic, LargestAnswer, either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsUnavailable(fault) && !cancellation.IsCancellationRequested)
        {
            throw new SignInException(faults.Unavailable());
        }
    }

    private static bool IsUnavailable(Exception fault) => fault is IOException or HttpRequestException or OperationCanceledException;

    /// <summary>The secret in the header where the provider takes it there, so that no log of forms has it; null otherwise.</summary>
    private SecretText? Basic(ProviderEndpoints takes)
    {
        if (clientSecret is null) return null;
        if (!takes.TakesBasic) return takes.TakesPost ? null : throw new SignInException(faults.ClientAuthentication());

        // RFC 6749 §2.3.1: each half is form-encoded, then both are joined.
        var text = Encoding.UTF8.GetBytes($"{Encode(clientId)}:{Encode(Secret())}");
        try
        {
            return new SecretText(Convert.ToBase64String(text));
        }
        finally
        {
            Array.Clear(text);
        }
    }

    private byte[] Form(IReadOnlyList<(string Name, string Value)> parameters, bool isSecretInForm)
    {
        var form = new StringBuilder();
        foreach (var (name, value) in parameters) form.Append(form.Length == 0 ? "" : "&").Append(name).Append('=').Append(Encode(value));

        // A public client names itself; with the secret in the header, the header names the client.
        if (clientSecret is null || isSecretInForm) form.Append("&client_id=").Append(Encode(clientId));
        if (isSecretInForm) form.Append("&client_secret=").Append(Encode(Secret()));
        return Encoding.ASCII.GetBytes(form.ToString());
    }

    private string Secret()
    {
        try
        {
            return secrets(clientSecret!).Reveal().ToString();
        }
        catch (InvalidDataException)
        {
            throw new SignInException(faults.Secret());
        }
    }

    // application/x-www-form-urlencoded, as RFC 6749 Appendix B has it: a space is a plus sign.
    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
