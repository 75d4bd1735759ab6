using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The contract test kit of the table of the audit log's keys: the promises of <see cref="ISubjectKeyStore"/>, each as a check.</summary>
public static class SubjectKeyContract
{
    /// <summary>All checks.</summary>
    public static IReadOnlyList<SubjectKeyCheck> Checks { get; } =
    [
        new("a new table has no key of its own and no rows", open =>
        {
            using var keys = open();
            Expect.True(keys.TableKey() is null && keys.Count() == 0 && keys.Find(Bytes(1, 32)) is null, "it is empty");
        }),
        new("the key of the table is there after reopening, and can be replaced", open =>
        {
            using (var keys = open()) keys.SetTableKey(Bytes(1, 80));
            using (var keys = open())
            {
                Expect.True(keys.TableKey() is { } one && one.Span.SequenceEqual(Bytes(1, 80)), "it is there");
                keys.SetTableKey(Bytes(2, 80));
            }

            using var again = open();
            Expect.True(again.TableKey() is { } other && other.Span.SequenceEqual(Bytes(2, 80)), "it was replaced");
        }),
        new("a row is found by id and by pseudonym, whole, after reopening", open =>
        {
            using (var keys = open()) Expect.True(keys.Add(Row(1, owner: 9)), "it is added");
            using var again = open();
            foreach (var found in (SubjectKeyRow?[])[again.Find(Row(1, 9).Id), again.FindPseudonym(Row(1, 9).Pseudonym)])
                Expect.True(found is not null && Text(found) == Text(Row(1, 9)), "it is the same");
        }),
        new("a second row with an id or a pseudonym that is there changes nothing", open =>
        {
            using var keys = open();
            keys.Add(Row(1, owner: 9));
            Expect.True(!keys.Add(Row(1, 9) with { SealedKey = Bytes(5, 60) }), "the id is taken");
            Expect.True(!keys.Add(Row(2, 9) with { Pseudonym = Row(1, 9).Pseudonym }), "the pseudonym is taken");
            Expect.True(keys.Count() == 1 && Text(keys.Find(Row(1, 9).Id)!) == Text(Row(1, 9)), "the first row is as it was");
        }),
        new("an owner's pseudonyms are those of all its rows and no others", open =>
        {
            using var keys = open();
            foreach (var (row, owner) in ((byte, byte)[])[(1, 8), (2, 9), (3, 8)]) keys.Add(Row(row, owner));
            Expect.Same(["01", "03"], keys.Pseudonyms(Bytes(8, 32)).Select(one => Convert.ToHexString(one.Span[..1])).Order(), "of owner 8");
            Expect.True(keys.Pseudonyms(Bytes(7, 32)).Count == 0, "of nobody");
        }),
        new("rows are removed by pseudonym, for good, and counted", open =>
        {
            using (var keys = open())
            {
                for (byte row = 1; row < 4; row++) keys.Add(Row(row, owner: 9));
                Expect.True(keys.Remove([Row(1, 9).Pseudonym, Row(3, 9).Pseudonym, Bytes(77, 16)]) == 2, "two were there");
                Expect.True(keys.TryOverwrite(), "no other program reads the table");
            }

            using var again = open();
            Expect.True(again.Count() == 1 && again.Find(Row(1, 9).Id) is null && again.FindPseudonym(Row(3, 9).Pseudonym) is null, "they are gone");
        }),
        new("rows of a class before a month are counted and removed, and no others", open =>
        {
            using var keys = open();
            keys.Add(Row(1, 9) with { Class = 1, Month = 10 });
            keys.Add(Row(2, 9) with { Class = 1, Month = 11 });
            keys.Add(Row(3, 9) with { Class = 2, Month = 10 });
            Expect.True(keys.CountBefore(1, 11) == 1 && keys.RemoveBefore(1, 11) == 1, "one is older");
            Expect.True(keys.CountBefore(1, 11) == 0 && keys.Count() == 2 && keys.Find(Row(2, 9).Id) is not null, "the others stay");
        }),
        new("a row out of its ranges is refused, and nothing is added", open =>
        {
            using var keys = open();
            foreach (var row in (SubjectKeyRow[])
            [
                Row(1, 9) with { Id = Bytes(1, 31) }, Row(1, 9) with { Owner = Bytes(1, 33) }, Row(1, 9) with { Pseudonym = Bytes(1, 15) },
                Row(1, 9) with { SealedKey = Bytes(1, 257) }, Row(1, 9) with { Class = 16 }, Row(1, 9) with { Month = -1 },
            ])
            {
                try
                {
                    keys.Add(row);
                }
                catch (ArgumentException)
                {
                    continue;
                }

                throw new ContractViolationException("a row out of its ranges was taken");
            }

            Expect.True(keys.Count() == 0, "nothing was added");
        }),
    ];

    private static SubjectKeyRow Row(byte number, byte owner) =>
        new(Bytes(number, 32), Bytes(owner, 32), Bytes(number, 16), 1, 24_000, Bytes(number, 60));

    private static byte[] Bytes(byte value, int length) => [.. Enumerable.Repeat(value, length)];

    private static string Text(SubjectKeyRow row) =>
        $"{Convert.ToHexString(row.Id.Span)} {Convert.ToHexString(row.Owner.Span)} {Convert.ToHexString(row.Pseudonym.Span)} {row.Class} {row.Month} {Convert.ToHexString(row.SealedKey.Span)}";
}

/// <summary>One promise of the table of the audit log's keys, as something that can be tried.</summary>
/// <param name="Name">The promise, for the list of tests.</param>
/// <param name="Run">Tries it on an empty place, which can be opened again and again; throws <see cref="ContractViolationException"/> where it does
/// not
/// hold.</param>
public sealed record SubjectKeyCheck(string Name, Action<Func<ISubjectKeyStore>> Run);
