using System.Buffers.Text;
using System.Security.Cryptography;

namespace EntraStandIn;

/// <summary>The grants of people, in memory.</summary>
public sealed class GrantTable
{
    /// <summary>Life of a code.</summary>
    public static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(10);

    /// <summary>Life of the code of a device.</summary>
    public static readonly TimeSpan DeviceLife = TimeSpan.FromMinutes(15);

    /// <summary>Life of a refresh token.</summary>
    public static readonly TimeSpan RefreshLife = TimeSpan.FromDays(90);

    public Bounded<Code> Codes { get; } = new();

    public Bounded<Grant> RefreshTokens { get; } = new();

    public Bounded<DeviceRequest> Devices { get; } = new();

    public Consents Consents { get; } = new();

    /// <summary>
    /// The demands that a sign-in satisfied, by the ids (<c>uti</c>) of its access tokens: an assertion brings them to the next API.
    /// </summary>
    public Bounded<IReadOnlyList<string>> Satisfied { get; } = new();

    /// <summary>A random name that nobody guesses.</summary>
    public static string NewHandle(int bytes = 48) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));
}
