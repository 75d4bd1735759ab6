namespace Gatehouse.Settings;

/// <summary>Parts of a URL as text. <see cref="Uri"/> computes them each time, and every request needs them, so they are cached here.</summary>
internal sealed class OriginTexts
{
    private Known? last;

    public string Origin(Uri url) => Of(url).Origin;

    public string Authority(Uri url) => Of(url).Authority;

    // Settings are compared by value. The cached texts are not a part of that value.
    public override bool Equals(object? obj) => obj is OriginTexts;

    public override int GetHashCode() => 0;

    // Cached with their URL, because a copy of the settings made by `with` shares this object.
    private Known Of(Uri url) => last is { } known && ReferenceEquals(known.Url, url)
        ? known
        : last = new Known(url, url.GetLeftPart(UriPartial.Authority), url.Authority);

    private sealed record Known(Uri Url, string Origin, string Authority);
}
