namespace Gatehouse.Fixture;

/// <summary>How the fixture is reached; a few tools exist only on one of them.</summary>
internal enum FixtureTransport
{
    Http,
    Stdio,
}
