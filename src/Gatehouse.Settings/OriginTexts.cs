namespace Gatehouse.Settings;

/// <summary>Parts of a URL as text. <see cref="Uri"/> makes them anew each time, and every request asks for them.</summary>
internal sealed class OriginTexts
{
    private Known? last;

    public string Origin(Uri url) => Of(url).Origin;

    public string Authority(Uri url) => Of(url).Authority;

    // Settings are compared by value, and what is remembered of them is no part of it.
    public override bool Equals(object? obj) => obj is OriginTexts;

    public override int GetHashCode() => 0;

    // Kept with their URL, because a copy of the settings made by `with` shares this object.
    private Known Of(Uri url) => last is { } known && ReferenceEquals(known.Url, url)
        ? known
        : last = new Known(url, url.GetLeftPart(UriPartial.Authority), url.Authority);

    private sealed record Known(Uri Url, string Origin, string Authority);
}
