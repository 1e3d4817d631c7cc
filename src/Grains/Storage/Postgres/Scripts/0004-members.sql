-- Undoes a batch of a silo that no longer is a member of its cluster.
create function expect_member(members bigint) returns void language plpgsql as $$
begin
  if members <> 1 then
    raise exception 'this silo is not, or no longer, a member of its cluster' using errcode = 'ZM001';
  end if;
end
$$;
