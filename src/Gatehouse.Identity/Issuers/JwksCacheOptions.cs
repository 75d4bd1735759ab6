namespace Gatehouse.Identity.Issuers;

/// <summary>Times and limits of <see cref="JwksCache"/>.</summary>
public sealed record JwksCacheOptions
{
    /// <summary>The address of the key set where the issuer publishes no metadata; null (default) means discovery.</summary>
    public Uri? JwksUri { get; init; }

    /// <summary>The address of the metadata document where it does not follow from the issuer; null (default) means that it does.</summary>
    public Uri? MetadataUri { get; init; }

    /// <summary>The <c>access_token_issuer</c> that the metadata must name if they name one (AD FS); null (default) asks nothing.</summary>
    public string? AccessTokenIssuer { get; init; }

    /// <summary>
    /// The age at which keys are fetched again in the background. Default 10 minutes, 1 minute to 24 hours. Up to a fifth is taken off by chance.
    /// </summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The time for which the last good keys serve while the issuer cannot be reached. Default 24 hours; at least the refresh interval, at most 7
    /// days.
    /// </summary>
    public TimeSpan StaleLimit { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The pause after the first failure; doubles with each further one. Default 1 s, 100 ms to 1 minute.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between tries. Default 1 minute, 1 s to 1 hour.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The most fetches a minute that tokens with unknown keys or bad signatures can cause. Default 12, 1 to 60.</summary>
    public int ProvokedFetchesPerMinute { get; init; } = 12;

    /// <summary>Percent, 1 to 100, of them that peers of one address block can cause. Default 12.</summary>
    public Func<int> PeerShare { get; init; } = static () => 12;

    /// <summary>The largest document read, in bytes. Default and most 1 MiB.</summary>
    public int MaxDocumentBytes { get; init; } = JsonWebKeySet.MaxDocumentBytes;

    /// <summary>The longest one round of fetches may take. Default 10 s, 100 ms to 1 minute.</summary>
    public TimeSpan FetchTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Takes an outage of the issuer, and null at its end. One call at a time, by the fetch that found it.</summary>
    public Action<KeyOutage?> ReportOutage { get; init; } = static _ => { };

    /// <summary>Returns all faults of these options. Empty when they can be used.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        Within(faults, nameof(RefreshInterval), RefreshInterval, TimeSpan.FromMinutes(1), TimeSpan.FromHours(24));
        Within(faults, nameof(StaleLimit), StaleLimit, RefreshInterval, TimeSpan.FromDays(7));
        Within(faults, nameof(FirstRetry), FirstRetry, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Within(faults, nameof(LongestRetry), LongestRetry, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Within(faults, nameof(FetchTimeout), FetchTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Within(faults, nameof(ProvokedFetchesPerMinute), ProvokedFetchesPerMinute, 1, 60);
        Within(faults, nameof(MaxDocumentBytes), MaxDocumentBytes, 1024, JsonWebKeySet.MaxDocumentBytes);
        return faults;
    }

    private static void Within<T>(List<string> faults, string name, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            faults.Add($"{name} {value} is not within {least} and {most}");
    }
}
