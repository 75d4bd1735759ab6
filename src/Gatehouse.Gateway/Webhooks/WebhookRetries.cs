namespace Gatehouse.Gateway.Webhooks;

/// <summary>The times between the attempts to deliver one notification.</summary>
internal static class WebhookRetries
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10),
    ];

    /// <summary>The most attempts.</summary>
    public static int MostAttempts => Pauses.Length + 1;

    /// <summary>Returns the moment of the next attempt; null where there is none.</summary>
    /// <param name="failures">Attempts that failed, at least 1.</param>
    /// <param name="now">The moment.</param>
    public static DateTimeOffset? DueAfter(int failures, DateTimeOffset now) => failures <= Pauses.Length ? now + Pauses[failures - 1] : null;
}
