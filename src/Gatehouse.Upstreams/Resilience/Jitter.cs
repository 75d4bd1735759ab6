using System.Security.Cryptography;

namespace Gatehouse.Upstreams.Resilience;

/// <summary>Numbers by chance, for pauses that must not be equal.</summary>
internal static class Jitter
{
    private const int Steps = 1 << 20;

    /// <summary>A number from 0 to 1.</summary>
    public static double Next() => RandomNumberGenerator.GetInt32(Steps + 1) / (double)Steps;
}
